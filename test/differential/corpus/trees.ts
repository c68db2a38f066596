import { base, debian, distroless, musl, put, type TreeRecipe, unusual } from './tree-recipe.ts';

const libraries = [
  'libstdc++6',
  'libgcc-s1',
  'zlib1g',
  'libsqlite3-0',
  'libexpat1',
  'libpq5',
  'libxml2',
  'libevent-2.1-7',
  'liblua5.4-0',
];
const more = [
  'curl',
  'openssl',
  'python3',
  'perl',
  'git',
  'nginx-core',
  'nginx',
  'redis-server',
  'libglib2.0-0',
  'libglib2.0-0t64',
  'libboost-thread1.74.0',
  'libicu72',
  'libicu76',
  'libicu67',
];

const loose = [
  'libexpat1',
  'libsqlite3-0',
  'libpcre2-8-0',
  'libcurl4',
  'libssl3',
  'libreadline8',
  'libonig5',
  'libjq1',
  'zlib1g',
  'liblua5.4-0',
  'libstdc++6',
  'libnghttp2-14',
  'libbrotli1',
];

const gccLibraries = ['libgcc-s1', 'libstdc++6'];
const suites = ['bullseye', 'bookworm', 'trixie', 'forky', 'sid'] as const;

/** The root file systems of the corpus. */
export const treeRecipes: readonly TreeRecipe[] = [
  ...suites.map((suite) =>
    debian(`debian-${suite}`, suite, 'amd64', base, suite !== 'forky' && suite !== 'sid'),
  ),
  ...suites.map((suite) =>
    debian(`debian-${suite}-libraries`, suite, 'amd64', [...base, ...libraries, ...more]),
  ),
  unusual(
    'bookworm-without-cache',
    (tree, place) => put(tree, place, loose, '/usr/lib/x86_64-linux-gnu'),
    true,
  ),
  unusual(
    'bookworm-stale-cache',
    (tree, place) => {
      put(tree, place, loose, '/opt/lib')
        .write('etc/ld.so.conf', '/opt/lib\n/usr/lib/x86_64-linux-gnu\n')
        .ldconfig('amd64');
      for (const gone of [
        'opt/lib/libsqlite3.so.0',
        'opt/lib/libcurl.so.4',
        'usr/lib/x86_64-linux-gnu/libselinux.so.1',
      ])
        tree.remove(gone);
    },
    true,
  ),
  unusual(
    'bookworm-library-path',
    (tree, place) => {
      put(tree, place, loose, '/opt/lib').ldconfig('amd64').env(['LD_LIBRARY_PATH=/opt/lib:/opt/none']);
    },
    true,
  ),
  unusual('bookworm-bind-now', (tree, place) => {
    put(tree, place, loose, '/usr/lib').ldconfig('amd64').env(['LD_BIND_NOW=1']);
  }),
  unusual('bookworm-preload', (tree, place) => {
    put(tree, place, loose, '/usr/lib')
      .ldconfig('amd64')
      .env(['LD_PRELOAD=libsqlite3.so.0 /usr/lib/libexpat.so.1 libnone.so.9']);
  }),
  unusual('bookworm-hwcaps', (tree, place) => {
    put(tree, place, loose, '/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v2').ldconfig('amd64');
  }),
  unusual('bookworm-hwcaps-without-cache', (tree, place) =>
    put(tree, place, loose, '/usr/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3'),
  ),
  unusual('bookworm-other-machines-first', (tree, place) => {
    put(tree, place, ['libexpat1', 'zlib1g', 'libsqlite3-0', 'libstdc++6'], '/opt/i386', 'bookworm', 'i386');
    put(
      tree,
      place,
      ['libexpat1', 'libpcre2-8-0', 'liblua5.4-0', 'libgcc-s1'],
      '/opt/arm64',
      'bookworm',
      'arm64',
    );
    put(tree, place, loose, '/usr/lib').ldconfig('amd64').env(['LD_LIBRARY_PATH=/opt/i386:/opt/arm64']);
  }),
  unusual('bookworm-older-libraries-first', (tree, place) => {
    put(
      tree,
      place,
      ['libexpat1', 'zlib1g', 'libsqlite3-0', 'libstdc++6', 'libssl1.1', 'libcurl4', 'libpcre2-8-0'],
      '/opt/old',
      'bullseye',
    );
    put(tree, place, loose, '/usr/lib').ldconfig('amd64').env(['LD_LIBRARY_PATH=/opt/old']);
  }),
  unusual('bookworm-newer-libraries-first', (tree, place) => {
    put(
      tree,
      place,
      ['libexpat1', 'zlib1g', 'libsqlite3-0', 'libstdc++6', 'libcurl4t64', 'libpcre2-8-0'],
      '/opt/new',
      'sid',
    );
    put(tree, place, loose, '/usr/lib').ldconfig('amd64').env(['LD_LIBRARY_PATH=/opt/new']);
  }),
  unusual('bookworm-damaged-libraries-first', (tree, place) => {
    tree.write('opt/damaged/libexpat.so.1', 'GROUP ( /usr/lib/libexpat.so.1 )\n');
    tree.write('opt/damaged/libz.so.1', '').write('opt/damaged/libsqlite3.so.0/content', 'a folder\n');
    tree
      .link('opt/damaged/libpcre2-8.so.0', 'libpcre2-8.so.0')
      .link('opt/damaged/libselinux.so.1', '/nowhere');
    put(tree, place, loose, '/usr/lib').ldconfig('amd64').env(['LD_LIBRARY_PATH=/opt/damaged']);
  }),
  unusual('bookworm-loader-with-libc-of-trixie', (tree, place) => {
    tree.ldconfig('amd64');
    put(tree, place, ['libc6'], '/opt/libc', 'trixie')
      .remove('opt/libc/ld-linux-x86-64.so.2')
      .env(['LD_LIBRARY_PATH=/opt/libc']);
  }),
  {
    name: 'bookworm-three-loaders',
    small: false,
    build: (place) => {
      const apt = place.apt('bookworm', 'amd64');
      const other = place.apt('bookworm', 'i386');
      const tree = place.tree('bookworm-three-loaders').merged();
      tree
        .unpack(apt.withDependencies([...base, 'musl']))
        .unpack(other.download(['libc6', 'libgcc-s1', 'zlib1g', 'libselinux1', 'libpcre2-8-0']).values());
      tree.ldconfig('amd64');
    },
  },
  distroless('distroless-static', 'bookworm', ['base-files', 'netbase', 'tzdata']),
  distroless('distroless-base-bullseye', 'bullseye', ['base-files', 'libc6', 'libssl1.1'], true),
  distroless('distroless-base-bookworm', 'bookworm', ['base-files', 'libc6', 'libssl3']),
  distroless('distroless-cc-trixie', 'trixie', [
    'base-files',
    'libc6',
    'libssl3t64',
    'libgomp1',
    'libstdc++6',
    'libgcc-s1',
    'zlib1g',
    'libzstd1',
  ]),
  distroless('busybox-static', 'bookworm', ['busybox-static'], true),
  musl('musl-bullseye', 'bullseye', 'amd64'),
  musl('musl-bookworm', 'bookworm', 'amd64', true),
  musl('musl-trixie', 'trixie', 'amd64'),
  musl('musl-with-glibc-libraries', 'bookworm', 'amd64', true, (tree, place) =>
    put(tree, place, [...gccLibraries, ...loose], '/usr/lib'),
  ),
  musl('musl-with-path-file', 'trixie', 'amd64', false, (tree, place) => {
    put(tree, place, [...gccLibraries, 'zlib1g', 'libexpat1'], '/opt/lib', 'bullseye').write(
      'etc/ld-musl-x86_64.path',
      '/lib:/usr/lib\n/opt/lib\n',
    );
  }),
  musl('musl-as-glibc-loader', 'bookworm', 'amd64', true, (tree, place) => {
    put(tree, place, [...gccLibraries, ...loose], '/usr/lib').link(
      'lib64/ld-linux-x86-64.so.2',
      '/lib/ld-musl-x86_64.so.1',
    );
  }),
  musl('musl-preload', 'trixie', 'amd64', false, (tree, place) => {
    put(tree, place, gccLibraries, '/usr/lib', 'bullseye').env(['LD_PRELOAD=libgcc_s.so.1 libnone.so']);
  }),
  ...(
    [
      ['arm64', ['bullseye', 'bookworm', 'trixie'], 'bookworm'],
      ['armhf', ['bookworm', 'trixie'], 'trixie'],
      ['armel', ['bookworm'], 'bookworm'],
      ['i386', ['bullseye', 'bookworm', 'trixie'], 'bookworm'],
      ['ppc64el', ['bookworm', 'trixie'], 'trixie'],
      ['s390x', ['bookworm', 'trixie'], 'trixie'],
      ['riscv64', ['trixie', 'sid'], 'trixie'],
      ['mips64el', ['bookworm'], 'bookworm'],
      ['loong64', ['sid'], 'sid'],
    ] as const
  ).flatMap(([architecture, glibcSuites, muslSuite]) => [
    ...glibcSuites.map((suite) =>
      debian(
        `debian-${suite}-${architecture}`,
        suite,
        architecture,
        [...base, ...libraries],
        architecture === 'arm64' && suite === 'bookworm',
      ),
    ),
    musl(`musl-${muslSuite}-${architecture}`, muslSuite, architecture, architecture === 'i386'),
  ]),
];
