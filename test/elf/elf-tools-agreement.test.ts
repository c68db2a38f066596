import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import elfTools from 'elf-tools';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { decodeByElfTools, decodeInPlace } from '../../src/elf/fixed-tables.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { elfFilesBelow, elfFixtures, fixtureNames, programFixtures, readElfBytes } from './elf-files.ts';

const paths = [
  ...fixtureNames().map((name) => join(elfFixtures, name)),
  ...elfFilesBelow([programFixtures]).filter((path) => !path.endsWith('truncated')),
];
const typeNames: Readonly<Record<number, string>> = {
  1: 'load',
  2: 'dynamic',
  3: 'interp',
  4: 'note',
  6: 'phdr',
  7: 'tls',
};

describe('what elf-tools reads from the whole file by itself is what our reader gives', () => {
  test.each(paths)('%s', (path) => {
    const bytes = readFileSync(path);
    const elf = readElfBytes(bytes);
    // A copy: elf-tools writes into its input.
    const { header, programs } = elfTools.parse(Buffer.from(bytes));
    expect(header.class).toBe(String(elf.class));
    expect(header.endian).toBe(elf.endianness === 'little' ? 'lsb' : 'msb');
    expect([header.version, header.flags, header.phnum]).toEqual([elf.version, elf.flags, elf.phnum]);
    expect(
      programs.map(({ header: program }) => [
        program.offset,
        program.vaddr,
        program.filesz,
        program.memsz,
        program.align,
      ]),
    ).toEqual(
      elf.segments.map(({ offset, vaddr, filesz, memsz, align }) => [offset, vaddr, filesz, memsz, align]),
    );
    for (const [index, { header: program }] of programs.entries()) {
      const { type = -1, flags = -1 } = elf.segments[index] ?? {};
      if (program.type !== undefined && typeNames[type] !== undefined)
        expect(program.type).toBe(typeNames[type]);
      const words = ['execute', 'write', 'read'].filter((_, bit) => flags & (1 << bit));
      expect(program.flags).toBe(words.join('|'));
    }
  });

  test.each(paths)('and so is what our own decoder gives: %s', (path) => {
    const source = bufferSource(readFileSync(path));
    expect(readElf(source, decodeInPlace)).toEqual(readElf(source, decodeByElfTools));
  });

  test('and it never receives the bytes of the file themselves', () => {
    const bytes = readFileSync(join(elfFixtures, 'libfact-x86_64.so'));
    const before = Buffer.from(bytes);
    readElfBytes(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});
