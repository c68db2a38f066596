import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { inspectElf } from '../../src/elf/describe/inspect.ts';
import { readToolchainHints } from '../../src/elf/describe/toolchain-hints.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { fixtureBytes, fixtureNames, programFixtures, readElfBytes } from './elf-files.ts';
import { describeLayout, ElfWriter, layouts } from './elf-writer.ts';

/** Far above what any of these files needs, far below what a loop over 2^32 takes. */
const patience = 1000;

const seeds = [
  ...fixtureNames().map((name) => ({ name, bytes: fixtureBytes(name) })),
  ...['glibc-dynamic', 'musl-dynamic', 'glibc-static-pie', 'go-like-pie', 'addon.node'].map((name) => ({
    name,
    bytes: readFileSync(join(programFixtures, name)),
  })),
];

/** Everything that reads a binary; the only error that it may throw is ElfError. Returns the milliseconds that it took. */
function readAll(bytes: Buffer): number {
  const start = performance.now();
  const source = bufferSource(bytes);
  try {
    const elf = readElf(source);
    const hints = readToolchainHints(source, elf);
    JSON.stringify(inspectElf(elf, hints));
    for (const { symbol } of elf.dynamic?.relocations.references ?? []) {
      if (elf.dynamic?.symbols[symbol] === undefined)
        throw new Error(`reference to symbol ${symbol}, which is not there`);
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return performance.now() - start;
}

const anySeed = fc.constantFrom(...seeds);

describe('damaged files are read or refused, in bounded time', () => {
  test('cut anywhere', () => {
    fc.assert(
      fc.property(anySeed, fc.double({ min: 0, max: 1, noNaN: true }), ({ bytes }, part) => {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(readAll(cut)).toBeLessThan(patience);
        if (cut.length < 52) expect(() => readElfBytes(cut)).toThrow(ElfError);
      }),
      { numRuns: 500 },
    );
  });

  test('with a few bytes changed', () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.nat(255) });
    fc.assert(
      fc.property(anySeed, fc.array(change, { minLength: 1, maxLength: 12 }), ({ bytes }, changes) => {
        const damaged = Buffer.from(bytes);
        for (const { at, value } of changes) damaged[Math.floor(at * (damaged.length - 1))] = value;
        expect(readAll(damaged)).toBeLessThan(patience);
      }),
      { numRuns: 1500 },
    );
  });

  test('with words of their headers and dynamic segment changed', () => {
    const values = [0, 1, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
    const change = fc.record({ where: fc.nat(2 ** 20), value: fc.constantFrom(...values) });
    fc.assert(
      fc.property(anySeed, fc.array(change, { minLength: 1, maxLength: 6 }), ({ bytes }, changes) => {
        const damaged = Buffer.from(bytes);
        const { segments } = readElfBytes(bytes);
        const dynamic = segments.find(({ type }) => type === 2);
        const places = [16, 64 + 56 * segments.length, ...(dynamic === undefined ? [] : [dynamic.filesz])];
        for (const { where, value } of changes) {
          const inHeaders = where % 2 === 0 || dynamic === undefined;
          const [start, length] = inHeaders ? [16, (places[1] ?? 0) - 16] : [dynamic.offset, dynamic.filesz];
          damaged.writeUInt32LE(value, start + 4 * (Math.floor(where / 2) % Math.floor(length / 4)));
        }
        expect(readAll(damaged)).toBeLessThan(patience);
      }),
      { numRuns: 3000 },
    );
  });

  test('made of an ELF header and noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 2000 }), (noise) => {
        expect(readAll(Buffer.concat([Buffer.from('\x7fELF', 'latin1'), noise]))).toBeLessThan(patience);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a file that is not ELF is an error', () => {
  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['the magic alone', Buffer.from('\x7fELF', 'latin1')],
    ['a 64-bit file cut in its file header', fixtureBytes('prog-x86_64').subarray(0, 63)],
    ['a 32-bit file cut in its file header', fixtureBytes('prog-arm').subarray(0, 51)],
    ['a script', Buffer.from(`#!/bin/sh\n${' '.repeat(100)}`)],
  ])('%s', (_, bytes) => {
    expect(() => readElfBytes(bytes)).toThrow(ElfError);
  });
});

const cases = layouts.map((layout) => ({ name: describeLayout(layout), layout }));
const mebibyte = 1024 * 1024;

/** Files that ask for far more work than their size, built to take hours in a reader that believes them. */
describe.each(cases)('structures that promise endless work, $name', ({ layout }) => {
  const timed = (elf: ElfWriter) => {
    const bytes = elf.bytes();
    const start = performance.now();
    const read = readElfBytes(bytes);
    expect(performance.now() - start).toBeLessThan(30_000);
    return read;
  };

  test('symbols that share one endless string', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(Buffer.from(`\0${'a'.repeat(mebibyte)}\0`));
    const one = Buffer.concat(Array.from({ length: 50_000 }, (_, index) => elf.symbol(1 + index, 2, 1, 0)));
    const symtab = elf.place(one);
    const hash = elf.place(elf.pack('w', 1, 50_000, 0, ...new Array<number>(50_000).fill(0)));
    elf.dynamic([
      [6, symtab],
      [5, strings],
      [10, mebibyte + 2],
      [4, hash],
    ]);
    const read = timed(elf);
    expect(read.dynamic?.symbols.length).toBe(50_000);
    expect(read.defects.some(({ part }) => part === 'strings')).toBe(true);
  });

  test('a string table without an end', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(Buffer.alloc(mebibyte, 'a'));
    const tags = Array.from({ length: 20_000 }, (_, index) => [1, index] as const);
    elf.dynamic([...tags, [5, strings], [10, mebibyte]]);
    expect(timed(elf).defects.length).toBeGreaterThan(0);
  });

  test('version entries that overlap each other', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(Buffer.from('\0a\0'));
    const table = Buffer.alloc(mebibyte, elf.pack('w', 1));
    const verneed = elf.place(table);
    elf.dynamic([
      [5, strings],
      [10, 3],
      [0x6ffffffe, verneed],
      [0x6fffffff, 0xffff_ffff],
      [0x6ffffffc, verneed],
    ]);
    const read = timed(elf);
    expect(read.defects.some(({ part }) => part === 'versions')).toBe(true);
  });

  test('hash tables that are larger than the file', () => {
    const elf = new ElfWriter(layout);
    const symtab = elf.place(elf.symbol(0, 0, 0, 0));
    const gnu = elf.place(elf.pack('w', 0xffff_ffff, 1, 0xffff_ffff, 0));
    elf.dynamic([
      [6, symtab],
      [0x6ffffef5, gnu],
      [4, gnu],
    ]);
    expect(timed(elf).defects.some(({ part }) => part === 'symbols')).toBe(true);
  });

  test('a chain of the GNU hash table without an end', () => {
    const elf = new ElfWriter(layout);
    const symtab = elf.place(elf.symbol(0, 0, 0, 0));
    const gnu = elf.place(
      Buffer.concat([elf.pack('w', 1, 1, 1, 0), elf.pack('a', 0), elf.pack('w', 1), Buffer.alloc(mebibyte)]),
    );
    elf.dynamic([
      [6, symtab],
      [0x6ffffef5, gnu],
    ]);
    expect(timed(elf).defects.some(({ part }) => part === 'symbols')).toBe(true);
  });

  test('a relocation table of 2^31 bytes, and one symbol with every type', () => {
    const elf = new ElfWriter(layout);
    const info = (type: number) => (layout.class === 64 ? 2 ** 32 + type : 256 + (type % 256));
    const rows = Array.from({ length: 50_000 }, (_, index) => elf.pack('a', 0, info(index)));
    const table = elf.place(Buffer.concat(rows));
    elf.dynamic([
      [17, table],
      [18, 0x7fff_ffff],
    ]);
    expect(timed(elf).defects.some(({ part }) => part === 'relocations')).toBe(true);
  });

  test('packed relocations that count 2^50', () => {
    const elf = new ElfWriter(layout);
    const huge = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02];
    const packed = Buffer.from([...Buffer.from('APS2'), ...huge, 0, ...huge, 2, 4, 8]);
    const table = elf.place(packed);
    elf.dynamic([
      [0x60000011, table],
      [0x60000012, packed.length],
    ]);
    expect(timed(elf).defects.some(({ part }) => part === 'relocations')).toBe(true);
  });

  test('65534 note segments of the whole file', () => {
    const elf = new ElfWriter(layout, 65_535);
    const size = 100_000;
    elf.place(Buffer.alloc(size, elf.pack('w', 4, 4, 3)));
    for (let index = 0; index < 65_000; index++)
      elf.segments.push({ type: 4, offset: 64, filesz: size, align: 4 });
    expect(timed(elf).defects.some(({ part }) => part === 'notes')).toBe(true);
  });

  test('a loader whose text never ends', () => {
    const elf = new ElfWriter(layout);
    const strings = elf.place(Buffer.from('\0libc.so.6\0'));
    elf.dynamic([
      [14, 1],
      [5, strings],
      [10, 11],
    ]);
    elf.place(Buffer.alloc(8 * mebibyte, 'lib/GLIBC release version 1.'));
    expect(timed(elf).libcText).toMatchObject({ glibcVersion: null, systemDirs: [] });
    const shortStrings = new ElfWriter(layout);
    const names = shortStrings.place(Buffer.from('\0libc.so.6\0'));
    shortStrings.dynamic([
      [14, 1],
      [5, names],
      [10, 11],
    ]);
    shortStrings.place(Buffer.alloc(8 * mebibyte, 'lib\0'));
    expect(timed(shortStrings).libcText).toMatchObject({ systemDirs: [] });
  });
});
