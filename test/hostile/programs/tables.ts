import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call, Trick } from '../trick.ts';
import { type CountedElf, countedElf, DT } from './counted-elf.ts';

/** Checks the program in an image that has this machine's glibc. */
function check(folder: string, elf: CountedElf, ...more: readonly string[]): Call {
  return checkBytes(folder, countedElf(elf), ...more);
}

function checkBytes(folder: string, bytes: Buffer, ...more: readonly string[]): Call {
  const program = join(folder, 'program');
  writeFileSync(program, bytes, { mode: 0o755 });
  return { argv: [program, '--image', 'profile:debian:12', ...more] };
}

const many = 1_000_000;
/** Less than a dynamic segment and a symbol table may have. */
const allowed = { tags: 65_000, symbols: 500_000 };

/** The pair `count` times, each with a value of its own. */
function* times(
  count: number,
  tag: number,
  value: (at: number) => number,
): Generator<readonly [number, number]> {
  for (let at = 0; at < count; at++) yield [tag, value(at)];
}

/** Strings of seven letters and an end: the string of a number begins at eight times the number. */
const numbered = (count: number): Buffer =>
  Buffer.from(
    Array.from({ length: count }, (_, at) => `l${at.toString(36).padStart(6, '0')}\0`).join(''),
    'latin1',
  );

const libc = Buffer.from('libc.so.6\0');
const long = (length: number): Buffer => Buffer.alloc(length, 'a');

/** A hash table (gABI, DT_HASH) of one chain that goes through all symbols. */
function hashTable(symbols: number): Buffer {
  const bytes = Buffer.alloc((3 + symbols) * 4);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(symbols, 4);
  bytes.writeUInt32LE(1, 8);
  for (let at = 1; at + 1 < symbols; at++) bytes.writeUInt32LE(at + 1, 12 + at * 4);
  return bytes;
}

/** Undefined functions whose names are given by their places in the string table. */
function undefinedSymbols(count: number, name: (at: number) => number): Buffer {
  const bytes = Buffer.alloc(count * 24);
  for (let at = 1; at < count; at++) {
    bytes.writeUInt32LE(name(at), at * 24);
    bytes.writeUInt8(0x12, at * 24 + 4);
  }
  return bytes;
}

/** A chain of needed versions (`Elf64_Verneed`), each with one version of a name. */
function needs(count: number, file: (at: number) => number, version: (at: number) => number): Buffer {
  const bytes = Buffer.alloc(count * 32);
  for (let at = 0; at < count; at++) {
    const to = at * 32;
    bytes.writeUInt16LE(1, to);
    bytes.writeUInt16LE(1, to + 2);
    bytes.writeUInt32LE(file(at), to + 4);
    bytes.writeUInt32LE(16, to + 8);
    bytes.writeUInt32LE(at + 1 === count ? 0 : 32, to + 12);
    bytes.writeUInt16LE(2 + (at % 30_000), to + 16 + 6);
    bytes.writeUInt32LE(version(at), to + 16 + 8);
  }
  return bytes;
}

export const tables: readonly Trick[] = [
  {
    name: 'a program that needs 1,000,000 libraries',
    prepare: (folder) =>
      check(folder, { strings: numbered(many), tags: () => times(many, DT.needed, (at) => 1 + at * 8) }),
    status: [1, 3],
  },
  {
    name: 'a program that needs libc.so.6 1,000,000 times',
    prepare: (folder) => check(folder, { strings: libc, tags: () => times(many, DT.needed, () => 1) }),
    status: [0, 1, 3],
  },
  {
    name: 'a program whose 1,000,000 needs are the ends of one name of 1 MB',
    prepare: (folder) =>
      check(folder, { strings: long(many), tags: () => times(many, DT.needed, (at) => 1 + at) }),
    status: [1, 3],
  },
  {
    name: 'a program that needs 65,000 libraries',
    prepare: (folder) =>
      check(folder, {
        strings: numbered(allowed.tags),
        tags: () => times(allowed.tags, DT.needed, (at) => 1 + at * 8),
      }),
    status: [3],
  },
  {
    name: 'a program that needs libc.so.6 65,000 times',
    prepare: (folder) =>
      check(folder, { strings: libc, tags: () => times(allowed.tags, DT.needed, () => 1) }),
    status: [0, 3],
  },
  {
    name: 'a program whose 65,000 needs are the ends of one name of 65 KB',
    prepare: (folder) =>
      check(folder, {
        strings: long(allowed.tags),
        tags: () => times(allowed.tags, DT.needed, (at) => 1 + at),
      }),
    status: [3],
  },
  {
    name: 'a program that needs a library whose name has 1 MB',
    prepare: (folder) => check(folder, { strings: long(1_000_000), tags: () => [[DT.needed, 1]] }),
    status: [1],
  },
  {
    name: 'a program that needs a library whose name has 100 MB',
    prepare: (folder) => check(folder, { strings: long(100 << 20), tags: () => [[DT.needed, 1]] }),
    status: [1, 3],
  },
  {
    name: 'a run path of 1,000,000 folders',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([
          libc,
          Buffer.from(Array.from({ length: many }, (_, at) => `/d${at}`).join(':')),
        ]),
        tags: () => [
          [DT.needed, 1],
          [DT.runpath, 1 + libc.length],
        ],
      }),
    status: [0, 1, 3],
  },
  {
    name: '1,000,000 run paths',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, numbered(many)]),
        tags: () => [[DT.needed, 1] as const, ...times(many, DT.runpath, (at) => 1 + libc.length + at * 8)],
      }),
    status: [0, 1, 3],
  },
  {
    name: '1,000,000 needed versions of libc.so.6',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, numbered(many)]),
        tags: ({ place }) => [
          [DT.needed, 1],
          [
            DT.verneed,
            place(
              needs(
                many,
                () => 1,
                (at) => 1 + libc.length + at * 8,
              ),
            ),
          ],
          [DT.verneednum, many],
        ],
      }),
    status: [1, 3],
  },
  {
    name: '1,000,000 needed versions that are the ends of one name of 1 MB',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, long(many)]),
        tags: ({ place }) => [
          [DT.needed, 1],
          [
            DT.verneed,
            place(
              needs(
                many,
                () => 1,
                (at) => 1 + libc.length + at,
              ),
            ),
          ],
          [DT.verneednum, many],
        ],
      }),
    status: [1, 3],
  },
  {
    name: '4,000,000 undefined functions',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, numbered(4 * many)]),
        symbols: undefinedSymbols(4 * many, (at) => 1 + libc.length + at * 8),
        tags: ({ place }) => [
          [DT.needed, 1],
          [DT.hash, place(hashTable(4 * many))],
        ],
      }),
    status: [0, 1, 3],
  },
  {
    name: '500,000 undefined functions whose names are the ends of one of 500 KB',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, long(allowed.symbols)]),
        symbols: undefinedSymbols(allowed.symbols, (at) => 1 + libc.length + at),
        tags: ({ place }) => [
          [DT.needed, 1],
          [DT.hash, place(hashTable(allowed.symbols))],
          ...relocations(place, allowed.symbols - 1),
        ],
      }),
    status: [0, 1, 3],
  },
  {
    name: '500,000 functions that relocations ask for and no library has',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, numbered(allowed.symbols)]),
        symbols: undefinedSymbols(allowed.symbols, (at) => 1 + libc.length + at * 8),
        tags: ({ place }) => [
          [DT.needed, 1],
          [DT.hash, place(hashTable(allowed.symbols))],
          ...relocations(place, allowed.symbols - 1),
        ],
      }),
    status: [1, 3],
  },
  {
    name: '8,000,000 relocations of places of their own',
    prepare: (folder) =>
      check(folder, {
        strings: Buffer.concat([libc, Buffer.from('exit\0')]),
        symbols: undefinedSymbols(2, () => 1 + libc.length),
        tags: ({ place }) => [
          [DT.needed, 1],
          [DT.hash, place(hashTable(2))],
          ...relocations(place, 8 * many, 2, 1),
        ],
      }),
    status: [3],
  },
  {
    name: 'a program of 1 TiB that is one hole after its tables',
    prepare: (folder) => {
      const call = check(folder, { strings: libc, tags: () => [[DT.needed, 1]] });
      truncateSync(join(folder, 'program'), 2 ** 40);
      return call;
    },
    status: [0, 1, 3],
  },
  {
    name: 'a section table of 20,000,000 sections',
    prepare: (folder) => {
      const bytes = countedElf({
        strings: libc,
        tags: () => [[DT.needed, 1]],
        tail: Buffer.alloc(64 * 1024),
      });
      const at = bytes.length - 64 * 1024;
      bytes.writeBigUInt64LE(BigInt(at), 40);
      bytes.writeUInt16LE(0, 60);
      bytes.writeUInt16LE(0, 62);
      bytes.writeBigUInt64LE(20_000_000n, at + 32);
      const call = checkBytes(folder, bytes);
      truncateSync(join(folder, 'program'), at + 20_000_000 * 64);
      return call;
    },
    status: [0, 1, 3],
  },
];

/** R_X86_64_GLOB_DAT, or another type, for every symbol of the table in turn. */
function relocations(
  place: (bytes: Uint8Array) => number,
  count: number,
  symbols = count + 1,
  type = 6,
): readonly (readonly [number, number])[] {
  const target = place(Buffer.alloc(count * 8));
  const bytes = Buffer.alloc(count * 24);
  for (let at = 0; at < count; at++) {
    bytes.writeUInt32LE(target + at * 8, at * 24);
    bytes.writeUInt32LE(type, at * 24 + 8);
    bytes.writeUInt32LE(1 + (at % (symbols - 1)), at * 24 + 12);
  }
  return [
    [DT.rela, place(bytes)],
    [DT.relasz, bytes.length],
    [DT.relaent, 24],
  ];
}
