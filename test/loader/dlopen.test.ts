import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findLibcs } from '../../src/container/libc.ts';
import { bufferSource } from '../../src/elf/bytes/byte-sources.ts';
import type { ElfFile } from '../../src/elf/elf-file.ts';
import { readElf } from '../../src/elf/read-elf.ts';
import { simulateDlopen } from '../../src/loader/simulate-dlopen.ts';
import { dlopenMissing } from '../../src/rules/dlopen-missing.ts';
import type { Case, CaseImage } from './cases/case.ts';
import { containerOf, simulateCase } from './run-case.ts';

const read = (path: string): ElfFile =>
  readElf(bufferSource(readFileSync(new URL(`../../fixtures/cases/files/${path}`, import.meta.url))));

const inImage = (image: CaseImage, files: string, env: Record<string, string> = {}): Case => ({
  id: 'dlopen',
  rules: [],
  shows: '',
  image,
  files,
  env,
  expected: { ending: 'starts', message: /./, exit: 0 },
});

async function opened(image: CaseImage, files: string, path: string, env: Record<string, string> = {}) {
  const container = await containerOf(inImage(image, files, env), 'docker');
  const { ending } = simulateDlopen(container, `/t/${path}`, read(`${files}/${path}`), null);
  return ending.kind === 'stops' ? `${ending.stage} ${ending.exitStatus}: ${ending.message}` : ending.kind;
}

/** Libraries that a process opens are checked against the same loader (G91, S31). */
describe('dlopen', () => {
  test.each<[string, CaseImage, string, string, Record<string, string>, string]>([
    ['a library that has everything', 'glibc-2.36', 'needs-foo', 'lib/libfoo.so.1', {}, 'starts'],
    [
      'one whose needs are missing',
      'glibc-2.36',
      'preload-needs-missing',
      'l/liba.so.1',
      {},
      'library 1: libb.so.1: cannot open shared object file: No such file or directory',
    ],
    [
      'one that needs a version',
      'glibc-2.36',
      'version-missing-for-library',
      't/libtop.so.1',
      { LD_LIBRARY_PATH: '/t/l' },
      "version 1: /t/l/libver.so.1: version `V2' not found (required by /t/t/libtop.so.1)",
    ],
    [
      'data that nothing gives',
      'glibc-2.36',
      'library-first-to-fail',
      'l/libtop.so.1',
      { LD_LIBRARY_PATH: '/t/l' },
      'symbol 1: /t/l/libtop.so.1: undefined symbol: gone_data',
    ],
    [
      'a function that nothing gives, bound lazily',
      'glibc-2.36',
      'lazy-in-library',
      'l/libtop.so.1',
      { LD_LIBRARY_PATH: '/t/l' },
      'starts',
    ],
    [
      'an executable stack, since 2.41 (G61)',
      'glibc-2.41',
      'execstack-library',
      'l/liby.so.1',
      {},
      'library 1: /t/l/liby.so.1: cannot enable executable stack as shared object requires: Invalid argument',
    ],
    ['and before', 'glibc-2.36', 'execstack-library', 'l/liby.so.1', {}, 'starts'],
    [
      'under musl, its needs missing',
      'alpine-3.20',
      'musl-preload-needs-missing',
      'pre/libpre.so.1',
      {},
      'library 1: Error loading shared library libb.so.1: No such file or directory (needed by /t/pre/libpre.so.1)',
    ],
    [
      'under musl, IFUNC (M32)',
      'alpine-3.20',
      'musl-ifunc',
      'inside/libv.so.1',
      {},
      'symbol 1: Error relocating /t/inside/libv.so.1: unsupported relocation type 37',
    ],
    ['in an image without a loader', 'scratch', 'needs-foo', 'lib/libfoo.so.1', {}, 'interpreter 1: '],
  ])('%s', async (_name, image, files, path, env, expected) => {
    expect(await opened(image, files, path, env)).toBe(expected);
  });
});

/** Notes of libraries that a program will open by itself (S30). */
describe('.note.dlopen', () => {
  async function told(soname: string): Promise<string[]> {
    const each = inImage('glibc-2.36', 'glibc-hello');
    const container = await containerOf(each, 'docker');
    const elf = read('glibc-hello/p');
    const note = { sonames: [soname], feature: 'zip', description: null, priority: 'required' } as const;
    const noted: ElfFile = { ...elf, notes: { ...elf.notes, dlopen: [note] } };
    const trace = await simulateCase(each, 'docker');
    const context = {
      trace,
      container,
      libcs: findLibcs(container.rootfs),
      otherPlatform: null,
      binary: { at: '/t/p', elf: noted, hints: null },
    };
    return dlopenMissing.check(context).map(({ subject }) => subject);
  }
  test('a library that the image lacks is reported', async () => {
    expect(await told('libzip.so.5')).toEqual(['libzip.so.5']);
  });
  test('one that it has is not', async () => {
    expect(await told('libm.so.6')).toEqual([]);
  });
});
