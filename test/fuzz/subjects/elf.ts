import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { bufferSource } from '../../../src/elf/bytes/byte-sources.ts';
import { inspectElf } from '../../../src/elf/describe/inspect.ts';
import { readToolchainHints } from '../../../src/elf/describe/toolchain-hints.ts';
import { ElfError } from '../../../src/elf/elf-error.ts';
import type { ElfFile } from '../../../src/elf/elf-file.ts';
import { decodeByElfTools, decodeInPlace } from '../../../src/elf/fixed-tables.ts';
import { readElf } from '../../../src/elf/read-elf.ts';
import { packElf, unpackElf } from '../../../src/image/index-file/packed-elf.ts';
import { type ElfRecord, recordsOf } from '../../differential/mutated/elf-records.ts';
import type { Random } from '../../differential/mutated/random.ts';
import { changeBytes, changeLength, changeNumber, someChanges } from '../changes.ts';
import { elfFiles } from '../fixture-files.ts';
import { examineIn, imagesFor } from '../starts.ts';
import { Contradiction, type Fuzzer, type Subject } from '../subject.ts';

interface Place {
  readonly at: number;
  readonly width: number;
}

/** A file, with the numbers of its tables: a list for each table, so that every table is as likely as every other. */
interface Seed {
  readonly bytes: Buffer;
  readonly isBig: boolean;
  readonly tables: readonly (readonly Place[])[];
}

const largest = 80_000;

/** The entries of the file's tables; none where this harness cannot read them: of the other byte order, cut, or no whole file. */
function recordsIn(bytes: Buffer): readonly ElfRecord[] {
  try {
    return bytes[5] === 1 ? recordsOf(bytes) : [];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function seedOf(bytes: Buffer): Seed {
  const tables = new Map<string, Place[]>();
  for (const { kind, offset, fields } of recordsIn(bytes)) {
    const places = tables.get(kind) ?? [];
    places.push(...fields.map(({ at, width }) => ({ at: offset + at, width })));
    tables.set(kind, places);
  }
  const words = (end: number) => Array.from({ length: end >> 2 }, (_, i) => ({ at: 4 * i, width: 4 }));
  if (tables.size === 0) tables.set('head', words(512)).set('words', words(bytes.length));
  return { bytes, isBig: bytes[5] === 2, tables: [...tables.values()] };
}

/** Where e_shoff, and e_shnum with e_shstrndx, stand in the header. */
const sectionFields = { 32: [32, 48], 64: [40, 60] } as const;

/** The file without its section headers, as sstrip leaves it: no reader may need them, and all are faster. */
function withoutSections({ bytes, isBig, tables }: Seed): Seed {
  const bare = Buffer.from(bytes);
  const [shoff, shnum] = sectionFields[bytes[4] === 1 ? 32 : 64];
  bare.fill(0, shoff, shoff + (bytes[4] === 1 ? 4 : 8)).fill(0, shnum, shnum + 4);
  const { length } = bytes;
  const end = (isBig ? 0 : sectionTable(bytes, shoff)) || length;
  const kept = tables
    .map((places) => places.filter(({ at }) => at < end))
    .filter((places) => places.length > 0);
  return { bytes: bare, isBig, tables: kept };
}

const sectionTable = (bytes: Buffer, shoff: number): number =>
  bytes[4] === 1 ? bytes.readUInt32LE(shoff) : Number(bytes.readBigUInt64LE(shoff));

function make({ bytes, tables, isBig }: Seed, random: Random): Buffer {
  const input = Buffer.from(bytes);
  for (let left = someChanges(random); left > 0; left--) {
    if (random.below(16) === 0) {
      changeBytes(input, random);
      continue;
    }
    const { at, width } = random.of(random.of(tables));
    changeNumber(input, at, width, random, isBig);
  }
  return random.below(24) === 0 ? changeLength(input, random) : input;
}

function readAs(input: Buffer, decode: typeof decodeInPlace): ElfFile | null {
  try {
    return readElf(bufferSource(input), decode);
  } catch (error) {
    if (error instanceof ElfError) return null;
    throw error;
  }
}

/** The facts, read once; both ways of decoding, the index file's form and a whole start are tried for a part of the inputs. */
function feed(input: Buffer): void | Promise<void> {
  const elf = readAs(input, decodeInPlace);
  const part = crc32(input) % 64;
  if (part % 32 === 1 && !isDeepStrictEqual(readAs(input, decodeByElfTools), elf))
    throw new Contradiction('two ways of decoding the headers');
  if (elf === null) return;
  if (part % 16 === 2) {
    const hints = readToolchainHints(bufferSource(input), elf);
    JSON.stringify(inspectElf(elf, hints));
  }
  if (part % 16 === 3 && !isDeepStrictEqual(unpackElf(packElf(elf)), elf))
    throw new Contradiction('the facts, and what an index file keeps of them');
  if (part === 4) return examineEverywhere(elf, input);
}

async function examineEverywhere(elf: ElfFile, input: Buffer): Promise<void> {
  for (const image of imagesFor(elf)) await examineIn(image, elf, input);
}

/** ELF files of thirteen machines with numbers of their tables changed. */
export const elf: Subject = {
  name: 'elf',
  inputs: 'ELF files with numbers of their tables changed',
  prepare(): Fuzzer {
    const seeds = elfFiles(largest).map(seedOf);
    // Small files are read faster, and have all tables.
    const small = seeds.filter(({ bytes }) => bytes.length < 8_000).map(withoutSections);
    return { make: (random) => make(random.of(random.below(8) === 0 ? seeds : small), random), feed };
  },
};
