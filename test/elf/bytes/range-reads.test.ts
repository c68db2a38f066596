import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ByteSource, UnreadableRangeError } from '../../../src/elf/bytes/byte-source.ts';
import { bufferSource, fileSource } from '../../../src/elf/bytes/byte-sources.ts';
import { ElfError } from '../../../src/elf/elf-error.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { elfFixtures, fixtureBytes, programFixtures } from '../elf-files.ts';

/** A source that notes what is read of it. */
function counted(source: ByteSource) {
  const reads: { offset: number; length: number }[] = [];
  const read = (offset: number, length: number) => {
    reads.push({ offset, length });
    return source.read(offset, length);
  };
  return { source: { size: source.size, read }, reads };
}

/** A source that has dropped [from, to). */
function dropping(bytes: Uint8Array, from: number, to: number): ByteSource {
  const whole = bufferSource(bytes);
  return {
    size: whole.size,
    read(offset, length) {
      if (offset < to && offset + length > from)
        throw new UnreadableRangeError(`${from} to ${to} was dropped`);
      return whole.read(offset, length);
    },
  };
}

describe('a file is read by a few ranges', () => {
  test('a static program of 700 KB costs a few kilobytes', () => {
    const { source, reads } = counted(bufferSource(readFileSync(join(programFixtures, 'glibc-static'))));
    expect(readElf(source).defects).toEqual([]);
    expect(reads.length).toBeLessThan(50);
    expect(reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(10_000);
  });

  test('what stands behind the dynamic tables does not matter: 500 MB more cost nothing', () => {
    const bytes = fixtureBytes('libfact-x86_64.so');
    const whole = bufferSource(bytes);
    const { source, reads } = counted({
      size: 500_000_000,
      read: (offset, length) => whole.read(offset, length),
    });
    expect(readElf(source).dynamic).toEqual(readElf(whole).dynamic);
    expect(reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(50_000);
  });

  test('by file handle and from memory it reads the same', () => {
    const path = join(elfFixtures, 'libfact-s390x.so');
    const fd = openSync(path, 'r');
    try {
      expect(readElf(fileSource(fd, fstatSync(fd).size))).toEqual(readElf(bufferSource(readFileSync(path))));
    } finally {
      closeSync(fd);
    }
  });
});

describe('a range that the source has dropped', () => {
  const bytes = fixtureBytes('libfact-aarch64.so');
  const whole = readElf(bufferSource(bytes));
  const dynamic = whole.segments.find(({ type }) => type === 2);

  test('is a defect with its reason, and the rest is read', () => {
    const from = dynamic?.offset ?? 0;
    const elf = readElf(dropping(bytes, from, from + 1));
    expect(elf.defects).toContainEqual({ part: 'dynamic', reason: `${from} to ${from + 1} was dropped` });
    expect(elf.segments).toEqual(whole.segments);
    expect(elf.notes).toEqual(whole.notes);
  });

  test('is a defect wherever it is, and the file header alone is an error', () => {
    for (let from = 64; from < bytes.length; from += 64) {
      const elf = readElf(dropping(bytes, from, from + 64));
      const same = JSON.stringify({ ...elf, defects: [] }) === JSON.stringify(whole);
      expect(same || elf.defects.length > 0).toBe(true);
    }
    expect(() => readElf(dropping(bytes, 0, 64))).toThrow(ElfError);
  });
});
