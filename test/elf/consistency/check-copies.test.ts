import { expect, test } from 'vitest';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { RangeReader } from '../../../src/elf/bytes/range-reader.ts';
import { checkCopies } from '../../../src/elf/consistency/check-copies.ts';
import type { DynamicSymbol } from '../../../src/elf/elf-file.ts';
import { readElfBytes } from '../elf-files.ts';
import { ChangedFile } from './changed-file.ts';

const [symbol] = readElfBytes(new ChangedFile('glibc-dynamic').bytes).dynamic?.symbols ?? [];
const copied = (size: number): DynamicSymbol => ({ ...(symbol as DynamicSymbol), size });

/** Two variables of these sizes, copied to 0x4020 and 0x4028. */
function defectsOf(first: number, second: number) {
  const reader = new RangeReader(bufferSource(Buffer.alloc(0)), { class: 64, endianness: 'little' });
  const places = new Map([
    [2, 0x4028],
    [1, 0x4020],
  ]);
  checkCopies(reader, [copied(0), copied(first), copied(second)], places);
  return reader.defects;
}

test('COPY relocations that lie side by side contradict nothing (K15)', () => {
  expect(defectsOf(8, 64)).toEqual([]);
});

test('one that reaches into the room of the next is of a size that no linker gave it (K15)', () => {
  expect(defectsOf(9, 8)).toEqual([{ part: 'relocations', reason: 'a COPY relocation overlaps another' }]);
});
