import {
  type Case,
  copy,
  folder,
  glibcStops,
  hardlink,
  interpreterFails,
  link,
  notFound,
  starts,
  stops,
  text,
  whiteout,
} from './case.ts';

const glibc = 'glibc-2.36';
const fooMissing = glibcStops('libfoo.so.1', notFound);
const debianFolder = 'usr/lib/x86_64-linux-gnu';
const inLib = { LD_LIBRARY_PATH: '/t/lib' } as const;

/** One case of a table: what most of them share is filled in. */
const one = (
  id: string,
  rules: readonly string[],
  shows: string,
  rest: Omit<Case, 'id' | 'rules' | 'shows' | 'image'> & Partial<Pick<Case, 'image'>>,
): Case => ({
  id,
  rules,
  shows,
  image: glibc,
  ...rest,
});

/** Order and inheritance (G1 to G9). */
const order: readonly Case[] = [
  one('g-lib-missing', ['G1', 'G90'], 'a library that is nowhere', {
    files: 'needs-foo',
    expected: fooMissing,
  }),
  one('g-two-missing-first-only', ['G5', 'G90'], 'only the first missing library is told', {
    files: 'two-missing',
    expected: glibcStops('liba.so.1', notFound),
  }),
  one('g-ld-library-path', ['G1', 'I7'], 'LD_LIBRARY_PATH of the image', {
    files: 'needs-foo',
    env: inLib,
    expected: starts(),
  }),
  one('g-ld-library-path-semicolon', ['G9'], 'a semicolon separates in LD_LIBRARY_PATH', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: '/none;/t/lib' },
    expected: starts(),
  }),
  one('g-rpath-beats-ld-library-path', ['G1'], 'RPATH comes before LD_LIBRARY_PATH', {
    files: 'needs-foo-rpath',
    env: { LD_LIBRARY_PATH: '/t/bad' },
    layers: [[text('t/bad/libfoo.so.1', 'x'.repeat(200))]],
    expected: starts(),
  }),
  one('g-ld-library-path-beats-runpath', ['G1'], 'and RUNPATH after it', {
    files: 'needs-foo-runpath',
    env: { LD_LIBRARY_PATH: '/t/bad' },
    layers: [[text('t/bad/libfoo.so.1', 'x'.repeat(200))]],
    expected: glibcStops('/t/bad/libfoo.so.1', 'invalid ELF header'),
  }),
  one('g-both-tags', ['G3'], 'with RUNPATH beside it RPATH does not exist', {
    files: 'needs-foo-both-tags',
    expected: fooMissing,
  }),
  one('g-rpath-inherited', ['G2'], 'RPATH is inherited', { files: 'rpath-inherited', expected: starts() }),
  one('g-runpath-not-inherited', ['G2'], 'RUNPATH is not', {
    files: 'runpath-not-inherited',
    expected: glibcStops('libb.so.1', notFound),
  }),
  one('g-parent-runpath-hides-rpath-of-main', ['G3'], "a library's own RUNPATH hides the program's RPATH", {
    files: 'middle-runpath-hides-rpath',
    expected: glibcStops('libb.so.1', notFound),
  }),
  one('g-rpath-past-runpath-parent', ['G3', 'G4'], 'but not for the needs of what it needs', {
    files: 'rpath-past-runpath-parent',
    expected: starts(),
  }),
  one('g-rpath-of-middle', ['G4'], "a library's RPATH is inherited under a program with RUNPATH", {
    files: 'rpath-of-middle',
    expected: starts(),
  }),
  one('g-bfs-order', ['G5', 'G6'], 'a library that one object found serves the others too', {
    files: 'breadth-first',
    expected: starts(),
  }),
  one('g-bfs-order-reversed', ['G5', 'G6'], 'in the other order it comes too late', {
    files: 'breadth-first-reversed',
    expected: glibcStops('libx.so.1', notFound),
  }),
  one('g-direct-needs-first', ['G5'], "the program's own needs come before those of its libraries", {
    files: 'direct-needs-first',
    expected: glibcStops('libx.so.1', notFound),
  }),
  one('g-soname-of-other-file', ['G6'], 'an object answers to its DT_SONAME', {
    files: 'soname-of-other-file',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: starts(),
  }),
  one('g-same-file-two-names', ['G6'], 'one file under two names is one object', {
    files: 'same-file-two-names',
    env: inLib,
    expected: starts(),
  }),
  one('g-needed-with-slash', ['G7'], 'a need with a slash is opened as it is', {
    files: 'needed-with-slash',
    expected: starts(),
  }),
  one('g-needed-with-slash-missing', ['G7'], 'and not searched for', {
    files: 'needed-with-slash-missing',
    env: inLib,
    expected: glibcStops('/t/none/libfoo.so.1', notFound),
  }),
  one('g-needed-with-slash-relative', ['G7'], 'a relative one starts at the working directory', {
    files: 'needed-with-slash-relative',
    workdir: '/t',
    expected: starts(),
  }),
  one('g-needed-with-slash-relative-elsewhere', ['G7'], 'and is missing in another', {
    files: 'needed-with-slash-relative',
    workdir: '/',
    expected: glibcStops('lib/libfoo.so.1', notFound),
  }),
  one('g-needed-origin', ['G7', 'G9'], '$ORIGIN in a need', {
    files: 'needed-with-origin',
    expected: starts(),
  }),
  one('g-needed-path-other-class', ['G7', 'G10'], 'a need by path to a library of the other class', {
    files: 'needed-other-class-by-path',
    expected: glibcStops('/t/other/libfoo.so.1', 'wrong ELF class: ELFCLASS32'),
  }),
  one('g-needed-loader-soname', ['G8'], "the loader's own name is met by the running loader", {
    image: 'busybox-glibc',
    files: 'needs-loader',
    env: inLib,
    expected: starts(),
  }),
  one('g-cwd-empty-element', ['G9'], 'an empty element is the working directory', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: ':/none' },
    workdir: '/t/lib',
    expected: starts(),
  }),
  one('g-empty-variable', ['G9'], 'an empty variable is not', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: '' },
    workdir: '/t/lib',
    expected: fooMissing,
  }),
  one('g-runpath-empty-element', ['G9'], 'an empty element of RUNPATH', {
    files: 'needs-foo-runpath-empty-element',
    workdir: '/t/lib',
    expected: starts(),
  }),
  one('g-origin', ['G9'], '$ORIGIN in RUNPATH', { files: 'needs-foo-origin', expected: starts() }),
  one('g-origin-of-a-link', ['G9'], "it is the real program's folder", {
    files: 'needs-foo-origin',
    run: ['/t/sub/p'],
    expected: starts(),
  }),
  one('g-origin-braces', ['G9'], '${ORIGIN}; $ORIGINX and $FOO are literal text', {
    files: 'needs-foo-origin-braces',
    expected: starts(),
  }),
  one('g-lib-token', ['G9'], "$LIB is the image's own: lib/x86_64-linux-gnu", {
    files: 'needs-foo-lib-token',
    expected: starts(),
  }),
  one('g-platform-token', ['G9'], '$PLATFORM is haswell on an Intel processor of level v3', {
    files: 'needs-foo-platform-token',
    cpu: 'x86-64-v4',
    expected: starts(),
  }),
];

const bad = (
  id: string,
  directory: string,
  shows: string,
  expected: Case['expected'],
  rules: readonly string[] = ['G11'],
  rest: Partial<Case> = {},
): Case =>
  one(id, rules, shows, {
    files: 'bad-candidates',
    env: { LD_LIBRARY_PATH: `/t/${directory}` },
    expected,
    ...rest,
  });
const refused = (directory: string, words: string) => glibcStops(`/t/${directory}/libfoo.so.1`, words);
const byName = (words: string) => glibcStops('libfoo.so.1', words);

/** Files that are no usable library (G10 to G17). */
const candidates: readonly Case[] = [
  bad('g-other-machine-skipped', 'other-machine', 'another machine is passed over', fooMissing, ['G10']),
  bad(
    'g-other-class',
    'other-class',
    'the other class too, and told',
    byName('wrong ELF class: ELFCLASS32'),
    ['G10'],
  ),
  bad('g-other-class-then-good', 'other-class:/t/lib', 'a good one later in the list is taken', starts(), [
    'G10',
  ]),
  bad('g-class-0', 'class-0', 'a class that is none', byName('wrong ELF class: ELFCLASS32'), ['G10']),
  bad(
    'g-garbage-then-good',
    'garbage:/t/lib',
    'garbage ends the search',
    refused('garbage', 'invalid ELF header'),
  ),
  bad('g-empty-then-good', 'empty:/t/lib', 'and so does an empty file', refused('empty', 'file too short')),
  bad(
    'g-directory-then-good',
    'directory:/t/lib',
    'and a folder',
    refused('directory', 'cannot read file data: Error 21'),
  ),
  bad('g-dangling-then-good', 'dangling:/t/lib', 'a link to nothing is passed over', starts(), ['G12']),
  bad('g-symlink-loop-ends-the-list', 'loop:/t/lib', 'a loop of links ends the list', fooMissing, ['G12']),
  bad('g-symlink-loop-then-runpath', 'loop', 'but not the search', starts(), ['G12'], {
    files: 'needs-foo-runpath',
    layers: [[link('t/loop/libfoo.so.1', 'libfoo.so.1')]],
  }),
  bad('g-element-is-a-file', 'p:/t/lib', 'an element that is a file does no harm', starts(), ['G12']),
  bad(
    'g-unreadable-then-good',
    'unreadable:/t/lib',
    'an unreadable file is passed over',
    starts(),
    ['G10', 'G12'],
    {
      layers: [[copy('t/unreadable/libfoo.so.1', 'bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
      user: '1000:1000',
    },
  ),
  bad(
    'g-unreadable-last',
    'none:/t/unreadable',
    'and where nothing else is found it stays "No such file" (the default directories are tried after it)',
    fooMissing,
    ['G12'],
    {
      layers: [[copy('t/unreadable/libfoo.so.1', 'bad-candidates/lib/libfoo.so.1', { mode: 0o600 })]],
      user: '1000:1000',
    },
  ),
  bad('g-osabi-freebsd', 'osabi', "FreeBSD's OSABI", refused('osabi', 'ELF file OS ABI invalid')),
  bad('g-osabi-gnu', 'osabi-gnu', "GNU's OSABI is fine", starts()),
  bad(
    'g-abi-version',
    'abi-version',
    'an ABI version',
    refused('abi-version', 'ELF file ABI version invalid'),
  ),
  bad(
    'g-big-endian',
    'big-endian',
    'the other byte order',
    refused('big-endian', 'ELF file data encoding not little-endian'),
  ),
  bad(
    'g-ident-version',
    'ident-version',
    'EI_VERSION 2',
    refused('ident-version', 'ELF file version ident does not match current one'),
  ),
  bad('g-padding', 'padding', 'something in the padding', refused('padding', 'nonzero padding in e_ident')),
  bad(
    'g-version-2',
    'version',
    'e_version 2',
    refused('version', 'ELF file version does not match current one'),
  ),
  bad(
    'g-phentsize',
    'phentsize',
    'program headers of another size',
    refused('phentsize', "ELF file's phentsize not the expected size"),
  ),
  bad('g-object', 'object', 'an object file', refused('object', 'only ET_DYN and ET_EXEC can be loaded')),
  bad('g-flags', 'flags', 'e_flags count for nothing on x86-64', starts(), ['G17']),
  bad('g-no-dynamic', 'no-dynamic', 'no dynamic segment', byName('object file has no dynamic section'), [
    'G13',
  ]),
  bad('g-no-load', 'no-load', 'nothing to map', byName('object file has no loadable segments'), ['G13']),
  bad('g-exec-as-library', 'exec', 'an ET_EXEC program', byName('cannot dynamically load executable'), [
    'G13',
  ]),
  bad('g-pie-as-library', 'pie', 'a PIE', byName('cannot dynamically load position-independent executable'), [
    'G13',
  ]),
  bad(
    'g-truncated-lib',
    'cut',
    'a library that was cut off dies without a word',
    stops('library', /^$/, 135),
    ['G14', 'R7'],
  ),
  bad(
    'g-align-231',
    'unaligned',
    'an alignment below a page, up to 2.34',
    byName('ELF load command alignment not page-aligned'),
    ['G16'],
    { image: 'glibc-2.31' },
  ),
  bad('g-align-236', 'unaligned', 'and since 2.35', starts(), ['G16']),
  bad(
    'g-shifted-231',
    'shifted',
    'offset and address that do not fit, up to 2.34',
    byName('ELF load command address/offset not properly aligned'),
    ['G16'],
    { image: 'glibc-2.31' },
  ),
  bad(
    'g-shifted-236',
    'shifted',
    'and since 2.35',
    byName('ELF load command address/offset not page-aligned'),
    ['G16'],
  ),
  one('g-abi-note-kernel-too-new-231', ['G15'], 'a library for a newer kernel is passed over, up to 2.35', {
    image: 'glibc-2.31',
    files: 'abi-note-kernel-99',
    env: inLib,
    expected: fooMissing,
  }),
  one('g-abi-note-kernel-too-new-236', ['G15'], 'and taken since 2.36', {
    files: 'abi-note-kernel-99',
    env: inLib,
    expected: starts(),
  }),
  one('g-abi-note-freebsd-231', ['G15'], 'the same for the note of another system', {
    image: 'glibc-2.31',
    files: 'abi-note-freebsd',
    env: inLib,
    expected: fooMissing,
  }),
  one('g-abi-note-of-program', ['G15'], "the program's own note is not looked at", {
    image: 'glibc-2.31',
    files: 'abi-note-of-program',
    expected: starts(),
  }),
];

const cacheOf = (name: string) => copy('etc/ld.so.cache', `${name}/ld.so.cache`);
const cached = (layers: NonNullable<Case['layers']>, rest: Partial<Case> & Pick<Case, 'expected'>) => ({
  files: 'needs-foo',
  layers,
  ...rest,
});

/** ld.so.cache and default directories (G0, G20, G21, G30 of a file). */
const cache: readonly Case[] = [
  one('g-default-directory', ['G0', 'G1'], 'a library in a default directory', {
    files: 'needs-foo',
    layers: [[copy('usr/lib/x86_64-linux-gnu/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('g-usr-lib64-on-debian', ['G0'], 'Debian does not look into /usr/lib64', {
    files: 'needs-foo',
    layers: [[copy('usr/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: fooMissing,
  }),
  one('g-usr-local-lib-without-cache', ['G0', 'G20'], 'nor into /usr/local/lib without a cache entry', {
    files: 'needs-foo',
    layers: [[copy('usr/local/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    run: ['/bin/sh', '-c', 'exec /t/p'],
    instead: { run: ['/t/p'], because: 'the shell starts and replaces itself by /t/p' },
    expected: fooMissing,
  }),
  one('g-lib64-loader', ['G0'], 'a loader built for /lib64 looks into /usr/lib64', {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo',
    layers: [[copy('usr/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('g-lib64-loader-multiarch', ['G0'], "but not into Debian's multiarch folder", {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo',
    layers: [[copy('usr/lib/x86_64-linux-gnu/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: fooMissing,
  }),
  one('g-lib64-token', ['G9'], '$LIB of such a loader is lib64', {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo-lib-token',
    layers: [[copy('t/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one(
    'g-arch-layout',
    ['G0', 'I2', 'I3', 'I6'],
    "Arch's layout: all libraries in /usr/lib, /usr/lib64 a link to it",
    {
      files: 'needs-foo',
      layers: [
        [
          hardlink('usr/lib/ld-linux-x86-64.so.2', `${debianFolder}/ld-linux-x86-64.so.2`, 0o755),
          hardlink('usr/lib/libc.so.6', `${debianFolder}/libc.so.6`, 0o755),
          copy('usr/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'),
        ],
        [whiteout(debianFolder), whiteout('usr/lib64'), whiteout('etc/ld.so.cache')],
        [link('usr/lib64', 'lib')],
      ],
      expected: starts(),
    },
  ),
  one(
    'g-cache-entry',
    ['G20'],
    'a cache entry leads outside of the default directories',
    cached([[cacheOf('cache-of-t-lib')]], { expected: starts() }),
  ),
  one('g-ldconfig-at-run', ['G20'], 'ldconfig in the container writes such a cache', {
    files: 'needs-foo',
    run: ['/bin/sh', '-c', '/sbin/ldconfig /t/lib && exec /t/p'],
    instead: {
      run: ['/t/p'],
      layers: [[cacheOf('cache-of-t-lib')]],
      because:
        'the cache is what ldconfig writes for /t/lib, made beforehand; then the shell replaces itself by /t/p',
    },
    expected: starts(),
  }),
  one('g-cache-numeric-soname', ['G20'], 'libfoo.so.01 finds libfoo.so.1', {
    files: 'needs-01',
    run: ['/bin/sh', '-c', '/sbin/ldconfig /t/lib && exec /t/p'],
    instead: {
      run: ['/t/p'],
      layers: [[cacheOf('cache-of-t-lib')]],
      because:
        'the cache is what ldconfig writes for /t/lib, made beforehand; then the shell replaces itself by /t/p',
    },
    expected: starts(),
  }),
  one(
    'g-cache-dangling',
    ['G20'],
    'the file of the entry is gone',
    cached([[cacheOf('cache-of-t-lib'), whiteout('t/lib')]], { expected: fooMissing }),
  ),
  one(
    'g-cache-dangling-default-copy',
    ['G20'],
    'then a copy in a default directory is found',
    cached(
      [
        [
          cacheOf('cache-of-t-lib'),
          whiteout('t/lib'),
          copy('usr/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'),
        ],
      ],
      { expected: starts() },
    ),
  ),
  one(
    'g-cache-entry-is-garbage',
    ['G20', 'G11'],
    'garbage behind the entry is fatal',
    cached(
      [
        [
          cacheOf('cache-of-t-lib'),
          text('t/lib/libfoo.so.1', 'x'.repeat(200)),
          copy('usr/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'),
        ],
      ],
      { expected: refused('lib', 'invalid ELF header') },
    ),
  ),
  one(
    'g-cache-entry-of-other-class',
    ['G20', 'G10'],
    'the other class behind the entry, and nothing else',
    cached(
      [[cacheOf('cache-of-t-lib'), copy('t/lib/libfoo.so.1', 'bad-candidates/other-class/libfoo.so.1')]],
      {
        expected: byName('wrong ELF class: ELFCLASS32'),
      },
    ),
  ),
  one(
    'g-cache-before-default',
    ['G20'],
    'the cache comes before the default directories',
    cached([[cacheOf('cache-of-t-lib'), text('usr/lib/libfoo.so.1', 'x'.repeat(200))]], {
      expected: starts(),
    }),
  ),
  one(
    'g-cache-removed',
    ['G20', 'I1'],
    'a cache that a layer removes',
    cached([[cacheOf('cache-of-t-lib')], [whiteout('etc/ld.so.cache')]], { expected: fooMissing }),
  ),
  one(
    'g-cache-garbage',
    ['G20'],
    'a cache that is none',
    cached([[text('etc/ld.so.cache', 'garbage')]], { expected: fooMissing }),
  ),
  one(
    'g-cache-old-format',
    ['G20'],
    'the old format alone',
    cached([[copy('etc/ld.so.cache', 'cache-old-format/ld.so.cache-old')]], { expected: starts() }),
  ),
  one(
    'g-cache-compat-format',
    ['G20'],
    'old and new format in one',
    cached([[copy('etc/ld.so.cache', 'cache-old-format/ld.so.cache-compat')]], { expected: starts() }),
  ),
  one(
    'g-cache-other-soname',
    ['G20'],
    'entries go by DT_SONAME, not by file name',
    cached([[cacheOf('cache-of-other-soname')]], { expected: fooMissing }),
  ),
  one(
    'g-cache-two-classes',
    ['G20'],
    'flags tell i386 entries from our own',
    cached([[cacheOf('cache-of-two-classes')]], { expected: starts() }),
  ),
  one(
    'g-cache-hwcaps-best',
    ['G20', 'G22'],
    'the best glibc-hwcaps entry is tried',
    cached(
      [
        [
          cacheOf('cache-of-hwcaps'),
          copy('t/lib/glibc-hwcaps/x86-64-v3/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'),
          text('t/lib/libfoo.so.1', 'x'.repeat(200)),
        ],
      ],
      { expected: starts() },
    ),
  ),
  one(
    'g-cache-hwcaps-gone',
    ['G20', 'G22'],
    'and no other entry when its file is gone',
    cached(
      [
        [
          cacheOf('cache-of-hwcaps'),
          copy('t/lib/glibc-hwcaps/x86-64-v2/libfoo.so.1', 'needs-foo/lib/libfoo.so.1'),
        ],
      ],
      { expected: fooMissing },
    ),
  ),
  one(
    'g-cache-hwcaps-231',
    ['G20', 'G22'],
    '2.31 takes the plain entry',
    cached([[cacheOf('cache-of-hwcaps')]], { image: 'glibc-2.31', expected: starts() }),
  ),
  one('g-nodeflib', ['G21'], 'DF_1_NODEFLIB: not even libc is found, and no errno is told', {
    files: 'nodeflib',
    expected: glibcStops('libc.so.6', 'cannot open shared object file'),
  }),
  one('b-busybox-glibc-image', ['G20', 'I9'], 'busybox:glibc has no cache', {
    image: 'busybox-glibc',
    files: 'needs-foo',
    env: inLib,
    expected: starts(),
  }),
  one('b-busybox-glibc-has-libpthread', ['G70'], 'it has libpthread.so.0', {
    image: 'busybox-glibc',
    files: 'needs-libpthread',
    expected: starts(),
  }),
  one('b-busybox-glibc-has-no-libdl', ['G70'], 'and no libdl.so.2', {
    image: 'busybox-glibc',
    files: 'needs-libdl',
    expected: glibcStops('libdl.so.2', notFound),
  }),
  one('g-nix-store', ['I9', 'K20'], 'a program for the Nix store on Debian', {
    files: 'nix-program',
    expected: interpreterFails('no such file or directory'),
  }),
  one('g-nix-store-there', ['I9', 'G1', 'I3'], 'and where only the store has loader and libraries', {
    files: 'nix-program',
    layers: [
      [
        folder('nix/store/0-glibc/lib'),
        hardlink('nix/store/0-glibc/lib/ld-linux-x86-64.so.2', `${debianFolder}/ld-linux-x86-64.so.2`, 0o755),
        hardlink('nix/store/0-glibc/lib/libc.so.6', `${debianFolder}/libc.so.6`, 0o755),
      ],
      [whiteout(debianFolder), whiteout('usr/lib64'), whiteout('etc/ld.so.cache')],
    ],
    expected: starts(),
  }),
];

/** Subdirectories for processors (G22, G23). */
const hwcaps: readonly Case[] = [
  one('g-hwcaps-only-subdir-legacy', ['G23'], 'x86_64/ counts up to 2.36', {
    files: 'only-in-legacy-x86_64',
    expected: starts(),
  }),
  one('g-hwcaps-only-subdir-legacy-241', ['G23'], 'and not since 2.37', {
    image: 'glibc-2.41',
    files: 'only-in-legacy-x86_64',
    expected: fooMissing,
  }),
  one('g-hwcaps-longest-legacy', ['G23'], 'tls/haswell/avx512_1/x86_64', {
    files: 'only-in-legacy-tls-haswell',
    cpu: 'x86-64-v4',
    expected: starts(),
  }),
  one('g-glibc-hwcaps-on-231', ['G22'], '2.31 knows no glibc-hwcaps', {
    image: 'glibc-2.31',
    files: 'only-in-hwcaps-v2',
    expected: fooMissing,
  }),
  one('g-glibc-hwcaps-on-236', ['G22'], '2.36 does', { files: 'only-in-hwcaps-v2', expected: starts() }),
  one('g-glibc-hwcaps-level', ['G22'], 'level v4 on a processor that has it', {
    files: 'only-in-hwcaps-v4',
    image: 'glibc-2.43',
    expected: starts(),
  }),
  one('g-glibc-hwcaps-level-too-low', ['G22'], 'and on one that has not', {
    files: 'only-in-hwcaps-v4',
    cpu: 'x86-64-v3',
    expected: fooMissing,
  }),
  one('g-glibc-hwcaps-masked', ['G22'], 'a tunable takes the level away', {
    files: 'only-in-hwcaps-v4',
    env: { GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX512F' },
    expected: fooMissing,
  }),
  one('g-bad-hwcaps-copy', ['G22', 'G11'], 'garbage in the best subdirectory is fatal', {
    files: 'bad-hwcaps-copy',
    expected: glibcStops('/t/lib/glibc-hwcaps/x86-64-v3/libfoo.so.1', 'invalid ELF header'),
  }),
];

const ignored = (name: string, from: string, reason: string) =>
  starts(
    new RegExp(
      `ERROR: ld\\.so: object '${name}' from ${from} cannot be preloaded \\(${reason}\\): ignored\\.[\\s\\S]*started`,
    ),
  );

/** LD_PRELOAD, filters, AT_SECURE (G30, G31, G80). */
const preloads: readonly Case[] = [
  one('g-preload-missing-is-warning', ['G30', 'I7'], 'a preload that is not there is left out with a word', {
    files: 'glibc-hello',
    env: { LD_PRELOAD: 'none.so' },
    expected: ignored('none\\.so', 'LD_PRELOAD', 'cannot open shared object file'),
  }),
  one('g-preload-garbage-is-warning', ['G30'], 'so is garbage', {
    files: 'bad-candidates',
    env: { LD_PRELOAD: '/t/garbage/libfoo.so.1', LD_LIBRARY_PATH: '/t/lib' },
    expected: ignored('/t/garbage/libfoo\\.so\\.1', 'LD_PRELOAD', 'invalid ELF header'),
  }),
  one('g-preload-other-class-is-warning', ['G30'], 'and the other class', {
    files: 'bad-candidates',
    env: { LD_PRELOAD: '/t/other-class/libfoo.so.1', LD_LIBRARY_PATH: '/t/lib' },
    expected: ignored('/t/other-class/libfoo\\.so\\.1', 'LD_PRELOAD', 'wrong ELF class: ELFCLASS32'),
  }),
  one('g-preload-dep-missing-is-fatal', ['G30'], 'what a preload needs must be there', {
    files: 'preload-needs-missing',
    env: { LD_PRELOAD: '/t/l/liba.so.1' },
    expected: glibcStops('libb.so.1', notFound),
  }),
  one('g-preload-satisfies-by-soname', ['G6', 'G30'], "a preload's DT_SONAME meets a need", {
    files: 'needs-foo',
    env: { LD_PRELOAD: '/t/lib/libfoo.so.1' },
    expected: starts(),
  }),
  one('g-preload-two', ['G30'], 'blanks and colons separate', {
    files: 'needs-foo',
    env: { LD_PRELOAD: 'none.so /t/lib/libfoo.so.1:other.so' },
    expected: starts(/'none\.so'[\s\S]*'other\.so'[\s\S]*started/),
  }),
  one('g-preload-file', ['G30'], '/etc/ld.so.preload', {
    files: 'needs-foo',
    layers: [[text('etc/ld.so.preload', '# comment\n/t/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  one('g-preload-file-missing', ['G30'], 'a name in it that is not there', {
    files: 'glibc-hello',
    layers: [[text('etc/ld.so.preload', '/t/none.so # gone\n')]],
    expected: ignored('/t/none\\.so', '/etc/ld\\.so\\.preload', 'cannot open shared object file'),
  }),
  one('g-filter-missing', ['G31'], 'the object of DT_FILTER must be there', {
    files: 'filter-missing',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: glibcStops('libnone.so', notFound),
  }),
  one('g-auxiliary-missing', ['G31'], 'that of DT_AUXILIARY need not', {
    files: 'auxiliary-missing',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: starts(),
  }),
  one('g-secure-ld-library-path', ['G80'], 'setuid: LD_LIBRARY_PATH counts for nothing', {
    files: 'needs-foo',
    layers: [[copy('t/p', 'needs-foo/p', { mode: 0o4755 })]],
    env: inLib,
    user: '1000:1000',
    expected: fooMissing,
  }),
  one('g-secure-as-root', ['G80'], 'for root itself it does', {
    files: 'needs-foo',
    layers: [[copy('t/p', 'needs-foo/p', { mode: 0o4755 })]],
    env: inLib,
    expected: starts(),
  }),
  one('g-secure-capability', ['G80', 'K60'], 'file capabilities of another user do the same', {
    files: 'needs-foo',
    layers: [
      [
        copy('t/p', 'needs-foo/p', {
          capability: [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        }),
      ],
    ],
    env: inLib,
    user: '1000:1000',
    expected: fooMissing,
  }),
  one('g-secure-absolute-runpath', ['G80'], 'an absolute RUNPATH counts', {
    files: 'needs-foo-runpath',
    layers: [[copy('t/p', 'needs-foo-runpath/p', { mode: 0o4755 })]],
    user: '1000:1000',
    expected: starts(),
  }),
  one('g-secure-origin', ['G80'], '$ORIGIN outside of the default directories does not', {
    files: 'needs-foo-origin',
    layers: [[copy('t/p', 'needs-foo-origin/p', { mode: 0o4755 })]],
    user: '1000:1000',
    expected: fooMissing,
  }),
  one('g-secure-preload', ['G80'], 'LD_PRELOAD with a slash is dropped without a word', {
    files: 'glibc-hello',
    layers: [[copy('t/p', 'glibc-hello/p', { mode: 0o4755 })]],
    env: { LD_PRELOAD: '/t/none.so' },
    user: '1000:1000',
    expected: starts(/^started/),
  }),
];

export const glibcSearchCases: readonly Case[] = [...order, ...candidates, ...cache, ...hwcaps, ...preloads];
