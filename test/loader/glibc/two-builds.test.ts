// Parts of two builds of glibc in one process (G0b). Each row was run for real, in a chroot of Debian's root file systems.
import { expect, test } from 'vitest';
import type { ElfFile } from '../../../src/elf/elf-file.ts';
import type { LayerEntry } from '../../../src/image/image.ts';
import { contextOf, type Start, taken } from '../../rules/start.ts';

const lib = 'lib/x86_64-linux-gnu';
const images = { '2.31': 'debian:11-slim', '2.36': 'debian:12-slim', '2.41': 'debian:13-slim' } as const;
type Release = keyof typeof images;

/** A program of the image's glibc with other parts of glibc in its search path, or preloaded. */
async function ending(image: Release, soname: string, release: Release, by: 'path' | 'preload') {
  const part = await taken(`f/${soname}`, images[release], `/${lib}/${soname}`);
  const env = by === 'path' ? ['LD_LIBRARY_PATH=/f'] : [`LD_PRELOAD=/f/${soname}`];
  const start: Start = { image: images[image], program: 'needs-glibc-2.17', files: [part], env };
  return (await contextOf(start)).trace.ending;
}

test.each([
  [
    '2.36',
    'libc.so.6',
    '2.41',
    'path',
    127,
    '/needs-glibc-2.17: symbol lookup error: /f/libc.so.6: undefined symbol: __tunable_is_initialized, version GLIBC_PRIVATE',
  ],
  [
    '2.36',
    'libc.so.6',
    '2.31',
    'preload',
    127,
    "Inconsistency detected by ld.so: dl-call-libc-early-init.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!",
  ],
  [
    '2.31',
    'libc.so.6',
    '2.36',
    'path',
    1,
    "/needs-glibc-2.17: /lib64/ld-linux-x86-64.so.2: version `GLIBC_2.35' not found (required by /f/libc.so.6)",
  ],
  ['2.41', 'libc.so.6', '2.36', 'path', 134, '*** stack smashing detected ***: terminated'],
  ['2.41', 'libc.so.6', '2.36', 'preload', 134, '*** stack smashing detected ***: terminated'],
  [
    '2.36',
    'libpthread.so.0',
    '2.31',
    'preload',
    127,
    '/needs-glibc-2.17: symbol lookup error: /f/libpthread.so.0: undefined symbol: __libc_pthread_init, version GLIBC_PRIVATE',
  ],
  [
    '2.41',
    'libpthread.so.0',
    '2.31',
    'preload',
    127,
    '/needs-glibc-2.17: symbol lookup error: /f/libpthread.so.0: undefined symbol: __libc_pthread_init, version GLIBC_PRIVATE',
  ],
  [
    '2.36',
    'librt.so.1',
    '2.31',
    'preload',
    1,
    "/needs-glibc-2.17: /lib/x86_64-linux-gnu/libpthread.so.0: version `GLIBC_PRIVATE' not found (required by /f/librt.so.1)",
  ],
  [
    '2.31',
    'libm.so.6',
    '2.36',
    'preload',
    1,
    "/needs-glibc-2.17: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_ABI_DT_RELR' not found (required by /f/libm.so.6)",
  ],
] as const)(
  'under %s with %s of %s by %s a start ends with %i (G0b)',
  async (image, soname, release, by, exitStatus, message) => {
    expect(await ending(image, soname, release, by)).toMatchObject({ kind: 'stops', exitStatus, message });
  },
);

test.each([
  ['2.36', 'libm.so.6', '2.31'],
  ['2.41', 'libm.so.6', '2.36'],
  ['2.36', 'libm.so.6', '2.41'],
  ['2.36', 'libdl.so.2', '2.31'],
  ['2.41', 'libresolv.so.2', '2.31'],
  ['2.41', 'libpthread.so.0', '2.36'],
  ['2.31', 'libc.so.6', '2.31'],
] as const)('under %s with %s of %s it starts (G0b)', async (image, soname, release) => {
  expect(await ending(image, soname, release, 'preload')).toMatchObject({ kind: 'starts' });
});

/** The libc.so.6 of an entry with another release in its banner. */
function ofRelease(glibcVersion: string, entry: LayerEntry): LayerEntry {
  const elf = entry.type === 'file' && entry.content.kind === 'elf' ? entry.content.elf : null;
  if (entry.type !== 'file' || elf === null || elf.libcText === null) throw new Error('no libc');
  return {
    ...entry,
    content: { kind: 'elf', elf: { ...elf, libcText: { ...elf.libcText, glibcVersion } } },
  };
}

test('a loader and a libc.so.6 of releases that were not tried together are unknown, with both named (G0b)', async () => {
  const file = ofRelease('2.40', await taken('f/libc.so.6', 'debian:13-slim', `/${lib}/libc.so.6`));
  const env = ['LD_LIBRARY_PATH=/f'];
  const start: Start = { image: 'debian:13-slim', program: 'needs-glibc-2.17', files: [file], env };
  expect((await contextOf(start)).trace.ending).toEqual({
    kind: 'unknown',
    reason:
      '/lib64/ld-linux-x86-64.so.2 is of glibc 2.41 and /f/libc.so.6 of glibc 2.40: what becomes of two builds of glibc in one process is not known',
  });
});

test('dlopen of what needs the libpthread.so.0 of another build ends the process in its initializer (G0b)', async () => {
  const part = await taken('f/libpthread.so.0', images['2.31'], `/${lib}/libpthread.so.0`);
  const needing = (elf: ElfFile): ElfFile =>
    elf.dynamic === null ? elf : { ...elf, dynamic: { ...elf.dynamic, needed: ['/f/libpthread.so.0'] } };
  const start: Start = {
    image: images['2.36'],
    program: 'lib/libmodel.so.1',
    change: needing,
    files: [part],
  };
  expect((await contextOf(start)).trace.ending).toMatchObject({
    kind: 'stops',
    exitStatus: 127,
    message: expect.stringMatching(/undefined symbol: __libc_pthread_init, version GLIBC_PRIVATE$/),
  });
});
