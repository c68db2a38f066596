import { expect, test } from 'vitest';
import type { ElfFile, Relocations } from '../../../src/elf/elf-file.ts';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { withChangedElf, withRelocations } from '../changed-elf.ts';
import { containerOf } from '../run-case.ts';

async function started(
  files: string,
  change: (elf: ElfFile) => ElfFile,
  env: Record<string, string> = {},
): Promise<string> {
  const image = 'alpine-3.19';
  const container = await containerOf({ image, files, env }, 'docker');
  const { ending } = simulateStart(withChangedElf(container, '/t/p', change), '/t/p');
  return ending.kind === 'stops' ? `${ending.exitStatus} ${ending.message}`.trim() : ending.kind;
}

const writable = (elf: ElfFile): ElfFile => ({
  ...elf,
  segments: elf.segments.map((segment) => ({ ...segment, flags: segment.flags | 2 })),
});

/** Seen with such programs under 1.1.24 to 1.2.5. */
test.each<[string, Partial<Relocations>, string]>([
  ['an address', { anonymousTypes: { data: [8], plt: [] } }, '139'],
  ['entries of its GOT only', { anonymousTypes: { data: [0, 6, 18], plt: [7] } }, 'starts'],
  ['nothing', { anonymousTypes: { data: [], plt: [] } }, 'starts'],
  ['an address, and one was dropped', { anonymousTypes: { data: [0, 8], plt: [] } }, 'unknown'],
])('a program with DT_TEXTREL that relocates %s (M41)', async (_, changed, ending) => {
  const bare = { references: [], ...changed };
  expect(await started('musl-textrel-in-program', (elf) => withRelocations(elf, bare))).toBe(ending);
});

test('a program whose segments are all writable may have text relocations (M41)', async () => {
  expect(await started('musl-textrel-in-program', writable)).toBe('starts');
});

const withWeak = (elf: ElfFile, type: number): ElfFile => {
  const { symbols = [], relocations } = elf.dynamic ?? {};
  const retyped = relocations?.references.map((reference) =>
    symbols[reference.symbol]?.binding === 2 ? { ...reference, types: [type] } : reference,
  );
  return withRelocations(elf, { references: retyped ?? [] });
};

/** 16 DTPMOD64, 17 DTPOFF64, 18 TPOFF64, 36 TLSDESC: 18 seen under 1.1.24 to 1.2.5, 36 under 1.2.4 and 1.2.5, 16 never run. */
test.each([
  [1, 'starts'],
  [16, '139'],
  [17, 'starts'],
  [18, '139'],
  [36, '139'],
])('a weak symbol that is defined nowhere, by relocation type %i (M31, M44)', async (type, ending) => {
  const env = { LD_LIBRARY_PATH: '/t/l' };
  expect(await started('musl-weak', (elf) => withWeak(elf, type), env)).toBe(ending);
});

test('a relocation that kills comes after what loading has printed (M20, M44)', async () => {
  expect(await started('musl-weak', (elf) => withWeak(elf, 18))).toMatch(/^139 Error loading shared library/);
});
