// What variables of the loader do, as seen with 2.31, 2.36, 2.41 and 2.43 in chroots (G15, G51, G92 to G95).
import { describe, expect, test } from 'vitest';
import type { ElfFile } from '../../../src/elf/elf-file.ts';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { contextOf, fixture, type Start } from '../../rules/start.ts';
import { containerOf } from '../run-case.ts';

test.each([
  ['LD_DEBUG', 'help', 'unknown'],
  ['LD_DEBUG', 'libs,help', 'unknown'],
  ['LD_DEBUG', 'libs', 'starts'],
  ['LD_DEBUG', 'xhelp', 'starts'],
  ['LD_DEBUG', 'unused', 'starts'],
  ['LD_TRACE_LOADED_OBJECTS', '', 'unknown'],
  ['LD_BIND_NOT', '1', 'starts'],
  ['LD_PREFER_MAP_32BIT_EXEC', '1', 'starts'],
  ['LD_SHOW_AUXV', '1', 'starts'],
  ['LD_ORIGIN_PATH', '/none', 'starts'],
  ['LD_VERBOSE', '1', 'starts'],
  ['LD_ASSUME_KERNEL', '2.4', 'starts'],
  ['LD_HWCAP_MASK', '0', 'starts'],
  ['LD_PROFILE', 'libc.so.6', 'starts'],
])('with %s=%s a program without faults (G92, G94): %s', async (name, value, kind) => {
  const container = await containerOf({ image: 'glibc-2.36', env: { [name]: value } }, 'docker');
  expect(simulateStart(container, '/bin/sh').ending.kind).toBe(kind);
});

const releases = { '2.31': 'debian:11-slim', '2.36': 'debian:12-slim', '2.41': 'debian:13-slim' } as const;
type Release = keyof typeof releases;

/** The program as if it was linked without versions: it then needs no release of glibc. */
function unversioned(elf: ElfFile): ElfFile {
  if (elf.dynamic === null) return elf;
  const symbols = elf.dynamic.symbols.map((symbol) =>
    symbol.defined ? symbol : { ...symbol, version: null, versionFile: null },
  );
  return { ...elf, dynamic: { ...elf.dynamic, symbols, verneed: [] } };
}

const model = fixture('usr/lib/libmodel.so.1', 'lib/libmodel.so.1');

async function endingOf(
  release: Release,
  program: string,
  env: readonly string[],
  more: Partial<Start> = {},
) {
  const start: Start = { image: releases[release], program, env, change: unversioned, ...more };
  return (await contextOf(start)).trace.ending;
}

describe('a symbol that is missing at start', () => {
  test.each([
    ['2.31', [], 'stops'],
    ['2.36', ['LD_PROFILE='], 'stops'],
    ['2.36', ['LD_PROFILE=none.so'], 'starts'],
    ['2.41', ['LD_PROFILE=libc.so.6', 'LD_BIND_NOW=1'], 'starts'],
    ['2.36', ['LD_DEBUG=unused'], 'unknown'],
    ['2.41', ['LD_DEBUG=libs,unused'], 'unknown'],
    ['2.31', ['LD_TRACE_PRELINKING='], 'unknown'],
    ['2.36', ['LD_TRACE_PRELINKING=1'], 'stops'],
  ] as const)('under %s with %j (G92): %s', async (release, env, kind) => {
    expect((await endingOf(release, 'missing-symbol-now', env, { files: [model] })).kind).toBe(kind);
  });

  test('the reason names variable and symbol (G92)', async () => {
    expect(
      await endingOf('2.36', 'missing-symbol-now', ['LD_DEBUG=unused'], { files: [model] }),
    ).toMatchObject({
      reason: expect.stringMatching(
        /^LD_DEBUG=unused makes the loader take symbols that are missing for 0, such as \w+$/,
      ),
    });
  });
});

describe('LD_ASSUME_KERNEL (G15)', () => {
  test.each([
    ['2.31', '2.4', 127],
    ['2.31', '3.1', 127],
    ['2.31', '3.2.0', null],
    ['2.31', 'junk', null],
    ['2.31', '', null],
    ['2.36', '2.4', null],
    ['2.41', '2.4', null],
  ] as const)('%s with %j', async (release, kernel, exitStatus) => {
    const ending = await endingOf(release, 'needs-glibc-2.17', [`LD_ASSUME_KERNEL=${kernel}`]);
    if (exitStatus === null) expect(ending.kind).toBe('starts');
    else
      expect(ending).toMatchObject({
        exitStatus,
        message:
          '/needs-glibc-2.17: error while loading shared libraries: libc.so.6: cannot open shared object file: No such file or directory',
      });
  });
});

describe('GLIBC_TUNABLES (G95)', () => {
  const inFolder = (folder: string): Partial<Start> => ({
    files: [fixture(`${folder}/libmodel.so.1`, 'lib/libmodel.so.1')],
  });
  const search = 'LD_LIBRARY_PATH=/f';

  test.each([
    ['2.36', 'glibc.rtld.enable_secure=1', 'starts'],
    ['2.41', 'glibc.rtld.enable_secure=1', 'stops'],
    ['2.41', 'glibc.rtld.enable_secure=0x1', 'stops'],
    ['2.41', 'glibc.rtld.enable_secure=0', 'starts'],
    ['2.41', 'glibc.rtld.enable_secure=1:junk', 'starts'],
    ['2.41', 'glibc.rtld.enable_secure=1:glibc.rtld.enable_secure=0', 'starts'],
  ] as const)(
    'under %s a secure start by %s ignores LD_LIBRARY_PATH: %s',
    async (release, tunables, kind) => {
      const env = [search, `GLIBC_TUNABLES=${tunables}`];
      expect((await endingOf(release, 'missing-library', env, inFolder('f'))).kind).toBe(kind);
    },
  );

  test.each([
    ['2.36', 'glibc.cpu.hwcaps=-AVX2', 'stops'],
    ['2.36', 'glibc.cpu.hwcaps=-AVX2:junk', 'stops'],
    ['2.36', 'glibc.cpu.hwcaps=-AVX2:glibc.cpu.hwcaps=-X', 'starts'],
    ['2.41', 'glibc.cpu.hwcaps=-AVX2', 'stops'],
    ['2.41', 'junk:glibc.cpu.hwcaps=-AVX2', 'stops'],
    ['2.41', 'glibc.cpu.hwcaps=-AVX2:junk', 'starts'],
    ['2.41', 'a=b=c:glibc.cpu.hwcaps=-AVX2', 'starts'],
    ['2.41', 'glibc.cpu.hwcaps=-F16C', 'starts'],
    ['2.41', 'glibc.cpu.hwcaps=-AVX2:glibc.rtld.enable_secure=1', 'stops'],
  ] as const)('under %s a library for v3 with %s: %s', async (release, tunables, kind) => {
    const env = [search, `GLIBC_TUNABLES=${tunables}`];
    const at = inFolder('f/glibc-hwcaps/x86-64-v3');
    expect((await endingOf(release, 'missing-library', env, at)).kind).toBe(kind);
  });

  test.each([
    ['2.36', 'f/x86_64', 'glibc.cpu.hwcap_mask=0', 'unknown'],
    ['2.31', 'f/haswell', 'glibc.cpu.hwcaps=-AVX2', 'unknown'],
    ['2.41', 'f/x86_64', 'glibc.cpu.hwcap_mask=2', 'stops'],
  ] as const)('under %s a library in %s with %s (G23): %s', async (release, folder, tunables, kind) => {
    const env = [search, `GLIBC_TUNABLES=${tunables}`];
    expect((await endingOf(release, 'missing-library', env, inFolder(folder))).kind).toBe(kind);
  });
});

test('up to 2.34 an auditor leaves functions of BIND_NOW objects to their first call (G93)', async () => {
  const auditor = fixture('audit.so', 'lib/libmodel.so.1', (elf) => {
    const [first, ...rest] = elf.dynamic?.symbols.filter(({ defined }) => defined) ?? [];
    if (elf.dynamic === null || first === undefined) throw new Error('no symbols');
    return { ...elf, dynamic: { ...elf.dynamic, symbols: [{ ...first, name: 'la_version' }, ...rest] } };
  });
  const env = ['LD_AUDIT=/audit.so'];
  const kinds = await Promise.all(
    (['2.31', '2.36'] as const).map(
      async (release) =>
        (await endingOf(release, 'missing-symbol-now', env, { files: [auditor, model] })).kind,
    ),
  );
  expect(kinds).toEqual(['starts', 'stops']);
});
