// uclibc-ng's loader (U1 to U8).
import { type Case, copy, type Expectation, starts, stops } from './case.ts';

const inLib = { LD_LIBRARY_PATH: '/t/lib' } as const;
const inL = { LD_LIBRARY_PATH: '/t/l' } as const;

const one = (
  id: string,
  rules: readonly string[],
  shows: string,
  files: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case => ({ id, rules, shows, image: 'uclibc', files, expected, ...rest });

const missing = (name: string) =>
  stops('library', new RegExp(`^/t/p: can't load library '${name}'$`, 'm'), 16);
const unresolved = (name: string) =>
  stops('symbol', new RegExp(`^\\n?/t/p: symbol '${name}': can't resolve symbol$`, 'm'), 255);

export const uclibcCases: readonly Case[] = [
  one(
    'u-lib-missing',
    ['U1'],
    'a missing library: status 16',
    'uclibc-needs-foo',
    missing('libfoo\\.so\\.1'),
  ),
  one('u-ld-library-path', ['U2'], 'LD_LIBRARY_PATH', 'uclibc-needs-foo', starts(), { env: inLib }),
  one('u-rpath', ['U2'], 'RPATH', 'uclibc-needs-foo-rpath', starts()),
  one('u-runpath', ['U2'], 'RUNPATH', 'uclibc-needs-foo-runpath', starts()),
  one(
    'u-rpath-not-inherited',
    ['U2'],
    'RPATH is not inherited',
    'uclibc-rpath-not-inherited',
    missing('libb\\.so\\.1'),
  ),
  one('u-default-lib', ['U2'], '/usr/lib is a default directory', 'uclibc-needs-foo', starts(), {
    layers: [[copy('usr/lib/libfoo.so.1', 'uclibc-needs-foo/lib/libfoo.so.1')]],
  }),
  one(
    'u-default-usr-local-lib',
    ['U2'],
    '/usr/local/lib is not',
    'uclibc-needs-foo',
    missing('libfoo\\.so\\.1'),
    { layers: [[copy('usr/local/lib/libfoo.so.1', 'uclibc-needs-foo/lib/libfoo.so.1')]] },
  ),
  one('u-rpath-origin', ['U3'], '$ORIGIN in RPATH', 'uclibc-needs-foo-rpath-origin', starts()),
  one(
    'u-runpath-origin',
    ['U3'],
    'not in RUNPATH',
    'uclibc-needs-foo-runpath-origin',
    missing('libfoo\\.so\\.1'),
  ),
  one('u-rpath-braces', ['U3'], 'not in braces', 'uclibc-needs-foo-rpath-braces', missing('libfoo\\.so\\.1')),
  one(
    'u-rpath-relative',
    ['U3'],
    'relative directories are skipped',
    'uclibc-needs-foo-rpath-relative',
    missing('libfoo\\.so\\.1'),
    { workdir: '/t' },
  ),
  one(
    'u-other-class-then-good',
    ['U4'],
    'another machine is reported and skipped',
    'uclibc-needs-foo',
    starts(/\/t\/p: '\/t\/other-class\/libfoo\.so\.1' is not an ELF executable for x86_64[\s\S]*started/),
    { env: { LD_LIBRARY_PATH: '/t/other-class:/t/lib' } },
  ),
  one(
    'u-garbage-alone',
    ['U4'],
    'garbage too',
    'uclibc-needs-foo',
    stops(
      'library',
      /\/t\/p: '\/t\/garbage\/libfoo\.so\.1' is not an ELF file\n\/t\/p: can't load library 'libfoo\.so\.1'/,
      16,
    ),
    { env: { LD_LIBRARY_PATH: '/t/garbage' } },
  ),
  one(
    'u-needed-with-slash',
    ['U5'],
    'a need by path falls back to its last component',
    'uclibc-needed-with-slash',
    starts(),
    { env: inLib },
  ),
  one(
    'u-versions-ignored',
    ['U6'],
    'symbol versions are not looked at',
    'uclibc-versions-ignored',
    starts(),
    { env: inL },
  ),
  one(
    'u-lazy',
    ['U6'],
    'a function that is bound when it is called',
    'uclibc-lazy',
    starts(undefined, 'gone'),
    { env: inL },
  ),
  one('u-bind-now', ['U6'], 'LD_BIND_NOW binds it at start', 'uclibc-lazy', unresolved('gone'), {
    env: { ...inL, LD_BIND_NOW: '1' },
  }),
  one('u-bind-now-empty', ['U6'], 'an empty LD_BIND_NOW too', 'uclibc-lazy', unresolved('gone'), {
    env: { ...inL, LD_BIND_NOW: '' },
  }),
  one(
    'u-rpath-origin-relative',
    ['U3'],
    '$ORIGIN is taken from /proc/self/exe',
    'uclibc-needs-foo-rpath-origin',
    starts(),
    { workdir: '/t', run: ['./p'] },
  ),
  one('u-now', ['U6'], 'and so does BIND_NOW', 'uclibc-now', unresolved('gone'), { env: inL }),
  one('u-data', ['U6'], 'data', 'uclibc-data', unresolved('gone_data'), { env: inL }),
  one('u-weak', ['U6'], 'a weak reference may stay open', 'uclibc-weak', starts(), { env: inL }),
  one('u-relr', ['U6'], 'relative pointers', 'uclibc-relr', starts()),
  one(
    'u-gnu-hash-only',
    ['U7'],
    'a library with nothing but DT_GNU_HASH, where the loader knows it',
    'uclibc-gnu-hash-only',
    starts(),
    { env: inL },
  ),
  one(
    'u-gnu-hash-only-unknown',
    ['U7'],
    'and where it does not: the library defines nothing',
    'uclibc-gnu-hash-only',
    starts(undefined, 'foo'),
    { env: inL, image: 'uclibc-sysv-hash' },
  ),
  one(
    'u-preload-missing',
    ['U8', 'I7'],
    'a preload that is not there is reported and ignored',
    'uclibc-needs-foo',
    starts(/\/t\/p: library '\/t\/none\.so' from LD_PRELOAD can't be preloaded: ignored\.[\s\S]*started/),
    { env: { ...inLib, LD_PRELOAD: '/t/none.so' } },
  ),
];
