import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { simulateStart } from '../../src/loader/simulate.ts';
import type { Ending } from '../../src/loader/trace/load-trace.ts';
import { type Case, text } from './cases/case.ts';
import { containerOf } from './run-case.ts';

const PT_LOAD = 1;
const PT_PHDR = 6;
const PT_TLS = 7;
const PT_GNU_RELRO = 0x6474e552;
const DT_NEEDED = 1;
const DT_PLTRELSZ = 2;
const DT_STRSZ = 10;
const DT_PLTREL = 20;
const DT_DEBUG = 21;
const DT_GNU_PRELINKED = 0x6ffffdf5;

type Change = (bytes: Buffer) => void;

/** Where the first program header of a type stands in a 64-bit file. */
function headerOf(bytes: Buffer, type: number): number {
  const starts = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => 64 + 56 * index);
  return starts.find((start) => bytes.readUInt32LE(start) === type) ?? -1;
}

const inHeader =
  (type: number, field: 'vaddr' | 'filesz' | 'memsz', value: bigint): Change =>
  (bytes) => {
    const at = headerOf(bytes, type) + { vaddr: 16, filesz: 32, memsz: 40 }[field];
    bytes.writeBigUInt64LE(value, at);
  };

const inDynamic =
  (tag: number, value: bigint): Change =>
  (bytes) => {
    let at = Number(bytes.readBigUInt64LE(headerOf(bytes, 2) + 8));
    while (bytes.readBigUInt64LE(at) !== BigInt(tag)) at += 16;
    bytes.writeBigUInt64LE(value, at + 8);
  };

/** Another tag in the place of one: a start needs neither. */
const retagged =
  (tag: number, other: number): Change =>
  (bytes) => {
    let at = Number(bytes.readBigUInt64LE(headerOf(bytes, 2) + 8));
    while (bytes.readBigUInt64LE(at) !== BigInt(tag)) at += 16;
    bytes.writeBigUInt64LE(BigInt(other), at);
  };

const bytesAt =
  (...changes: readonly (readonly [at: number, value: number])[]): Change =>
  (bytes) => {
    for (const [at, value] of changes) bytes[at] = value;
  };

async function endingOf(
  image: Case['image'],
  program: string,
  change: Change,
  layers: Case['layers'] = [],
): Promise<Ending> {
  const bytes = readFileSync(new URL(`../../fixtures/${program}`, import.meta.url));
  change(bytes);
  const container = await containerOf({ image, layers }, 'docker');
  const elf = readElf(bufferSource(bytes));
  const entry = { path: 't/p', mode: 0o755, uid: 0, gid: 0, size: bytes.length, capability: null } as const;
  const rootfs = container.rootfs.withLayer({
    diffID: null,
    entries: [{ type: 'file', ...entry, content: { kind: 'elf', elf } }],
  });
  return simulateStart({ ...container, rootfs }, '/t/p').ending;
}

const glibc = ['glibc-2.36', 'cases/files/glibc-hello/p'] as const;
const musl = ['alpine-3.19', 'cases/files/musl-hello/p'] as const;

describe('what was read of a damaged program decides nothing (K15)', () => {
  test.each([
    ['names that its string table does not reach', glibc, inDynamic(DT_STRSZ, 1n)],
    ['names that its string table does not reach, under musl', musl, inDynamic(DT_STRSZ, 1n)],
    ['a relocation table that ends within an entry', glibc, inDynamic(DT_PLTRELSZ, 25n)],
    ['a relocation table of no known form', glibc, inDynamic(DT_PLTREL, 8n)],
    ['program headers that are not where PT_PHDR says', glibc, inHeader(PT_PHDR, 'vaddr', 0x48n)],
    ['more memory than there is', glibc, inHeader(PT_LOAD, 'memsz', 0x7ff0_0000_0000n)],
    ['a PT_GNU_RELRO that leads out', musl, inHeader(PT_GNU_RELRO, 'memsz', 0x8000_0000n)],
    [
      'thread-local storage that is smaller in memory than in the file',
      ['scratch', 'bin/glibc-static'] as const,
      inHeader(PT_TLS, 'memsz', 1n),
    ],
  ])('%s', async (_, [image, program], change) => {
    expect((await endingOf(image, program, change)).kind).toBe('unknown');
  });
});

describe('odd programs that start all the same', () => {
  test.each([
    ['a DT_NEEDED without a name is the program itself under glibc (G6)', glibc, inDynamic(DT_NEEDED, 0n)],
    ['the tag of a prelinked file (G63)', glibc, retagged(DT_DEBUG, DT_GNU_PRELINKED)],
    ['EI_CLASS 1 and no e_ehsize (K10)', glibc, bytesAt([4, 1], [52, 0])],
    ['EI_DATA 2 and no e_ehsize (K10)', glibc, bytesAt([5, 2], [52, 0])],
    ['EI_CLASS 1 and the e_ehsize of 32 bits (K10)', musl, bytesAt([4, 1], [52, 52])],
  ])('%s', async (_, [image, program], change) => {
    const ending = await endingOf(image, program, change);
    expect(ending.kind).not.toBe('unknown');
    expect(ending).not.toMatchObject({ stage: 'exec' });
    expect(ending).not.toMatchObject({ stage: 'library' });
  });
});

test.each([
  ['/t\0', 'starts'],
  ['/nope\0\n/t', 'stops'],
])("musl's path file ends at a NUL (M7): %j", async (path, kind) => {
  const layers = [[text('etc/ld-musl-x86_64.path', path)]];
  const ending = await endingOf('alpine-3.19', 'cases/files/musl-needs-foo/p', () => {}, [
    [{ type: 'copy', path: 't/libfoo.so.1', from: 'musl-needs-foo/lib/libfoo.so.1' }],
    ...layers,
  ]);
  expect(ending.kind).toBe(kind);
});
