import {
  type Case,
  copy,
  type Expectation,
  folder,
  hardlink,
  link,
  muslStops,
  starts,
  stops,
  text,
} from './case.ts';

const musl = 'alpine-3.20';
const inLib = { LD_LIBRARY_PATH: '/t/lib' } as const;
const inL = { LD_LIBRARY_PATH: '/t/l' } as const;

const one = (
  id: string,
  rules: readonly string[],
  shows: string,
  files: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case => ({ id, rules, shows, image: musl, files, expected, ...rest });

const missing = (name: string, words = 'No such file or directory', by = '/t/p') =>
  `Error loading shared library ${name}: ${words} (needed by ${by})`;
const noSymbol = (name: string, object = '/t/p') => `Error relocating ${object}: ${name}: symbol not found`;
const fooMissing = muslStops('library', missing('libfoo.so.1'), noSymbol('foo'));
const fooFails = (words: string) => muslStops('library', missing('libfoo.so.1', words), noSymbol('foo'));

/** Where musl looks (M1 to M7). */
const search: readonly Case[] = [
  one(
    'm-lib-missing',
    ['M1', 'M20', 'M21'],
    'a missing library, and the symbols that it would have had',
    'musl-needs-foo',
    fooMissing,
  ),
  one(
    'm-relative-name',
    ['M21'],
    'messages name the program by the path of execve',
    'musl-needs-foo',
    muslStops('library', missing('libfoo.so.1', undefined, './p'), noSymbol('foo', './p')),
    { workdir: '/t', run: ['./p'] },
  ),
  one(
    'm-two-missing-all-reported',
    ['M20'],
    'all missing libraries are told',
    'musl-two-missing',
    stops(
      'library',
      /^Error loading shared library liba\.so\.1: No such file or directory \(needed by \/t\/p\)\nError loading shared library libb\.so\.1: No such file or directory \(needed by \/t\/p\)\nError relocating \/t\/p: [ab]: symbol not found\nError relocating \/t\/p: [ab]: symbol not found$/,
      127,
    ),
  ),
  one('m-soname-not-needed-but-file', ['M1', 'I7'], 'LD_LIBRARY_PATH', 'musl-needs-foo', starts(), {
    env: inLib,
  }),
  one(
    'm-ld-library-path-beats-rpath',
    ['M1'],
    'it comes before RPATH',
    'musl-two-versions-of-foo',
    starts(),
    { env: inLib },
  ),
  one(
    'm-rpath-alone',
    ['M1'],
    'and without it RPATH leads to the old library',
    'musl-two-versions-of-foo',
    muslStops('symbol', noSymbol('foo')),
  ),
  one('m-runpath-inherited', ['M2'], 'RUNPATH is inherited', 'musl-runpath-inherited', starts()),
  one(
    'm-runpath-of-middle',
    ['M2'],
    "a library's own RUNPATH hides nothing",
    'musl-runpath-of-middle-does-not-hide',
    starts(),
  ),
  one('m-origin', ['M3'], '$ORIGIN', 'musl-needs-foo-origin', starts()),
  one('m-originx', ['M3'], '$ORIGINX is $ORIGIN and X', 'musl-needs-foo-originx', starts()),
  one(
    'm-rpath-with-LIB-token-disabled',
    ['M3'],
    'any other token switches the whole list off',
    'musl-needs-foo-runpath-lib-token',
    fooMissing,
  ),
  one('m-needed-with-slash', ['M1'], 'a need with a slash', 'musl-needed-with-slash', starts()),
  one(
    'm-needed-with-origin',
    ['M3'],
    'has no tokens',
    'musl-needed-with-origin',
    muslStops('library', missing('$ORIGIN/lib/libfoo.so.1'), noSymbol('foo')),
  ),
  one(
    'm-reserved-names',
    ['M4'],
    "names of libc's family are the loader itself",
    'musl-reserved-names',
    starts(),
    { env: inLib },
  ),
  one(
    'm-ld-linux-not-reserved',
    ['M4'],
    'ld-linux-x86-64.so.2 is none of them',
    'musl-needs-ld-linux',
    muslStops('library', missing('ld-linux-x86-64.so.2')),
    { env: inLib },
  ),
  one(
    'm-libresolv-not-reserved',
    ['M4'],
    'nor is libresolv.so.2',
    'musl-needs-libresolv',
    muslStops('library', missing('libresolv.so.2')),
    { env: inLib },
  ),
  one(
    'm-loader-files',
    ['M4'],
    'a file that is a libc is replaced by the loader',
    'musl-needs-loader-files',
    starts(),
    { env: inLib },
  ),
  one(
    'm-preload-missing-silent',
    ['M5', 'I7'],
    'a preload that is not there is left out without a word',
    'musl-hello',
    starts(/^started$/),
    { env: { LD_PRELOAD: '/t/none.so' } },
  ),
  one(
    'm-preload-needs-missing',
    ['M5'],
    'what a preload needs must be there',
    'musl-preload-needs-missing',
    muslStops(
      'library',
      missing('libb.so.1', undefined, '/t/pre/libpre.so.1'),
      noSymbol('b', '/t/pre/libpre.so.1'),
    ),
    { env: { ...inLib, LD_PRELOAD: '/t/pre/libpre.so.1' } },
  ),
  one(
    'm-preload-by-path-meets-no-name',
    ['M5', 'M6'],
    'a preload by path does not meet a need, though it gives the symbols',
    'musl-needs-foo',
    muslStops('library', missing('libfoo.so.1')),
    { env: { LD_PRELOAD: '/t/lib/libfoo.so.1' } },
  ),
  one(
    'm-soname-not-read',
    ['M6'],
    'DT_SONAME counts for nothing',
    'musl-soname-only',
    muslStops('library', missing('libreal.so.1')),
    { env: inLib },
  ),
  one(
    'm-default-usr-local-lib',
    ['M7'],
    '/usr/local/lib is a default directory',
    'musl-needs-foo',
    starts(),
    { layers: [[copy('usr/local/lib/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1')]] },
  ),
  one('m-lib64-is-not', ['M7'], '/usr/lib64 is not', 'musl-needs-foo', fooMissing, {
    layers: [[copy('usr/lib64/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1')]],
  }),
  one('m-path-file', ['M7'], '/etc/ld-musl-x86_64.path, by lines and colons', 'musl-needs-foo', starts(), {
    layers: [[text('etc/ld-musl-x86_64.path', '# c\n/opt/none:/t/lib')]],
  }),
  one('m-path-file-replaces', ['M7'], 'it replaces the default directories', 'musl-needs-foo', fooMissing, {
    layers: [
      [
        text('etc/ld-musl-x86_64.path', '/opt/none\n'),
        copy('usr/lib/libfoo.so.1', 'musl-needs-foo/lib/libfoo.so.1'),
      ],
    ],
  }),
  one(
    'm-path-file-empty',
    ['M7'],
    'an empty one leaves none',
    'musl-needs-foo',
    fooFails('No error information'),
    { layers: [[text('etc/ld-musl-x86_64.path', '')]] },
  ),
  one(
    'm-path-file-is-a-folder',
    ['M7'],
    'a folder of that name',
    'musl-needs-foo',
    fooFails('Is a directory'),
    { layers: [[folder('etc/ld-musl-x86_64.path')]] },
  ),
  one(
    'm-path-file-unreadable',
    ['M7'],
    'one that the user may not read',
    'musl-needs-foo',
    fooFails('Permission denied'),
    { layers: [[text('etc/ld-musl-x86_64.path', '/t/lib\n', 0o600)]], user: '1000:1000' },
  ),
  one(
    'm-path-file-of-prefix',
    ['M7'],
    'a loader below /opt/musl reads /opt/musl/etc',
    'musl-loader-elsewhere',
    starts(),
    {
      layers: [
        [
          folder('opt/musl/lib'),
          hardlink('opt/musl/lib/ld-musl-x86_64.so.1', 'lib/ld-musl-x86_64.so.1', 0o755),
          text('opt/musl/etc/ld-musl-x86_64.path', '/t/lib'),
        ],
      ],
    },
  ),
  one(
    'm-empty-element',
    ['M7'],
    'an empty element is not the working directory',
    'musl-needs-foo',
    fooMissing,
    { env: { LD_LIBRARY_PATH: ':' }, workdir: '/t/lib' },
  ),
  one('m-secure', ['M60'], 'setuid: LD_LIBRARY_PATH counts for nothing', 'musl-needs-foo', fooMissing, {
    env: inLib,
    user: '1000:1000',
    layers: [[copy('t/p', 'musl-needs-foo/p', { mode: 0o4755 })]],
  }),
  one('m-secure-origin', ['M60'], 'nor does $ORIGIN', 'musl-needs-foo-origin', fooMissing, {
    user: '1000:1000',
    layers: [[copy('t/p', 'musl-needs-foo-origin/p', { mode: 0o4755 })]],
  }),
];

const bad = (
  id: string,
  path: string,
  shows: string,
  expected: Expectation,
  rest: Partial<Case> = {},
): Case =>
  one(id, ['M10'], shows, 'musl-bad-candidates', expected, { env: { LD_LIBRARY_PATH: path }, ...rest });

/** The first file that opens decides (M10). */
const candidates: readonly Case[] = [
  bad(
    'm-other-class-is-fatal',
    '/t/other-class:/t/lib',
    'the other class is fatal',
    fooFails('Exec format error'),
  ),
  bad(
    'm-other-machine-is-mapped',
    '/t/other-machine:/t/lib',
    'another machine is mapped',
    stops(
      'symbol',
      /Error relocating \/t\/other-machine\/libfoo\.so\.1: unsupported relocation type 1025/,
      127,
    ),
  ),
  bad(
    'm-other-machine-without-relocations',
    '/t/other-machine-plain',
    'without relocations its code is run: an illegal instruction, or whatever it means here',
    stops('library', /^$/, null),
  ),
  bad('m-garbage', '/t/garbage:/t/lib', 'garbage', fooFails('Exec format error')),
  bad('m-empty', '/t/empty:/t/lib', 'an empty file', fooFails('Exec format error')),
  bad('m-directory', '/t/directory:/t/lib', 'a folder', fooFails('Is a directory')),
  bad('m-loop', '/t/loop:/t/lib', 'a loop of links', fooFails('Symbolic link loop')),
  bad('m-object', '/t/object:/t/lib', 'an object file', fooFails('Exec format error')),
  bad('m-truncated', '/t/cut:/t/lib', 'a library that was cut off', stops('library', /^$/, 135)),
  bad(
    'm-ident-unchecked',
    '/t/unchecked',
    'neither class nor byte order nor OSABI of a library are looked at',
    starts(),
  ),
  bad(
    'm-program-as-library',
    '/t/exec:/t/lib',
    'a program is mapped as a library',
    muslStops('symbol', noSymbol('foo')),
  ),
  bad('m-unreadable-then-good', '/t/unreadable:/t/lib', 'what may not be read is passed over', starts(), {
    user: '1000:1000',
    layers: [[copy('t/unreadable/libfoo.so.1', 'musl-bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
  }),
];

/** Symbols and relocations (M30 to M44). */
const symbols: readonly Case[] = [
  one('m-versions-ignored', ['M30'], 'symbol versions are not looked at', 'musl-versions-ignored', starts(), {
    env: inL,
  }),
  one(
    'm-hidden-version-not-found',
    ['M30'],
    'but a hidden one is not seen',
    'musl-hidden-version',
    muslStops('symbol', noSymbol('foo')),
    { env: inL },
  ),
  one(
    'm-no-lazy-binding',
    ['M31', 'M20'],
    'everything is bound at start',
    'musl-symbols-missing',
    muslStops('symbol', noSymbol('gone'), noSymbol('gone_data')),
    { env: inL },
  ),
  one(
    'm-tls-missing',
    ['M44'],
    'thread-local data',
    'musl-tls-missing',
    muslStops('symbol', noSymbol('gone_tls')),
    { env: inL },
  ),
  one('m-weak', ['M31'], 'a weak reference may stay open', 'musl-weak', starts(), { env: inL }),
  one(
    'm-ifunc',
    ['M32'],
    'IFUNC definitions are not seen',
    'musl-ifunc',
    muslStops('symbol', noSymbol('foo')),
    { env: inL },
  ),
  one(
    'm-irelative',
    ['M32'],
    'nor are IRELATIVE relocations known',
    'musl-ifunc',
    muslStops('symbol', 'Error relocating /t/inside/libv.so.1: unsupported relocation type 37'),
    { env: { LD_LIBRARY_PATH: '/t/inside' } },
  ),
  one('m-copy-size', ['M33'], 'another size of a copied object', 'musl-copy-size', starts(/^started/), {
    env: inL,
  }),
  one('m-filter-ignored', ['M33'], 'DT_FILTER is not looked at', 'musl-filter', starts(), { env: inL }),
  one('m-relr-315', ['M40'], 'DT_RELR since Alpine 3.15', 'musl-relr', starts(), { image: 'alpine-3.15' }),
  one('m-relr-314', ['M40'], 'not before', 'musl-relr', stops('symbol', /^$/, 139), { image: 'alpine-3.14' }),
  one(
    'm-textrel-in-main',
    ['M41'],
    'text relocations of the program',
    'musl-textrel-in-program',
    stops('symbol', /^$/, 139),
  ),
  one('m-textrel-in-library', ['M41'], 'of a library', 'musl-textrel-in-library', starts(), { env: inL }),
  one('m-textrel-in-library-1.1.16', ['M41'], 'under 1.1.16 too', 'musl-textrel-in-library', starts(), {
    env: inL,
    image: 'alpine-3.6',
  }),
  one(
    'm-empty-segment-1.2.2',
    ['M41'],
    'a segment of no bytes cannot be mapped up to 1.2.2',
    'musl-empty-segment',
    fooFailsAs('libv.so.1', 'Invalid argument'),
    { env: inL, image: 'alpine-3.15' },
  ),
  one('m-empty-segment', ['M41'], 'and since 1.2.3 it can', 'musl-empty-segment', starts(), { env: inL }),
  one('m-lfs64-old', ['M42'], '64-bit names of files are symbols up to 1.2.3', 'musl-lfs64', starts(), {
    image: 'alpine-3.13',
  }),
  one('m-lfs64-new', ['M42'], 'and a list of the loader since 1.2.4', 'musl-lfs64', starts()),
  one(
    'm-never-lfs64',
    ['M42', 'M43'],
    'names that musl never had',
    'musl-never-lfs64',
    muslStops('symbol', noSymbol('fcntl64'), noSymbol('__open64_2'), noSymbol('preadv64v2')),
  ),
  one(
    'm-newer-functions',
    ['M43'],
    'functions of newer releases: there in 1.2.5',
    'musl-newer-functions',
    starts(),
  ),
  one(
    'm-newer-functions-1.1.16',
    ['M43'],
    'and not in 1.1.16',
    'musl-newer-functions',
    muslStops('symbol', noSymbol('gettid'), noSymbol('qsort_r')),
    { image: 'alpine-3.6' },
  ),
];

function fooFailsAs(name: string, words: string): Expectation {
  return muslStops('library', missing(name, words), noSymbol('foo'));
}

const compat = [link('lib64/ld-linux-x86-64.so.2', '/lib/libc.musl-x86_64.so.1')];
const gcompat = [
  copy('lib/ld-linux-x86-64.so.2', 'gcompat/ld-linux-x86-64.so.2'),
  link('lib64', 'lib'),
  copy('lib/libgcompat.so.0', 'gcompat/libgcompat.so.0'),
];

/** Programs for glibc under musl (M50 to M53). */
const compatibility: readonly Case[] = [
  one(
    'm-compat-symlink-simple',
    ['M50', 'M51'],
    'a simple glibc program under a link of that name',
    'glibc-puts',
    starts(),
    { layers: [compat] },
  ),
  one('m-compat-threads', ['M50'], 'threads', 'glibc-threads', starts(), { layers: [compat] }),
  one(
    'm-compat-fortified',
    ['M50'],
    'a function that only glibc has',
    'glibc-fortified',
    muslStops('symbol', noSymbol('__printf_chk')),
    { layers: [compat] },
  ),
  one(
    'm-compat-needs-ld-linux',
    ['M50', 'M4'],
    'a need for ld-linux-x86-64.so.2 does not look into /lib64',
    'glibc-needs-ld-linux',
    muslStops('library', missing('ld-linux-x86-64.so.2')),
    { layers: [compat] },
  ),
  one(
    'm-compat-needs-ld-linux-in-lib',
    ['M50', 'M4'],
    'it needs a file in /lib',
    'glibc-needs-ld-linux',
    starts(),
    { layers: [[...compat, link('lib/ld-linux-x86-64.so.2', '/lib/libc.musl-x86_64.so.1')]] },
  ),
  one(
    'm-gcompat',
    ['M52', 'M53'],
    'gcompat gives it: a static program in place of the loader',
    'gcompat',
    starts(),
    { layers: [gcompat] },
  ),
  one(
    'm-gcompat-without-symbol',
    ['M52', 'M53'],
    'and its library need not have everything',
    'gcompat',
    muslStops('symbol', noSymbol('__printf_chk', '/t/p')),
    { layers: [gcompat, [copy('lib/libgcompat.so.0', 'gcompat/libgcompat-empty.so.0')]] },
  ),
];

export const muslCases: readonly Case[] = [...search, ...candidates, ...symbols, ...compatibility];
