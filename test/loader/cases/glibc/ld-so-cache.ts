// /etc/ld.so.cache: its formats, its entries, and entries whose file is missing or not a library (G20).
import { type Case, copy, starts, text, whiteout } from '../case.ts';
import { fooMissing, refused, refusedByName, searchCase } from './search-case.ts';

const cacheOf = (name: string) => copy('etc/ld.so.cache', `${name}/ld.so.cache`);
const cached = (layers: NonNullable<Case['layers']>, rest: Partial<Case> & Pick<Case, 'expected'>) => ({
  files: 'needs-foo',
  layers,
  ...rest,
});

export const ldSoCacheCases: readonly Case[] = [
  searchCase(
    'g-cache-entry',
    ['G20'],
    'a cache entry leads outside of the default directories',
    cached([[cacheOf('cache-of-t-lib')]], { expected: starts() }),
  ),
  searchCase('g-ldconfig-at-run', ['G20'], 'ldconfig in the container writes such a cache', {
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
  searchCase('g-cache-numeric-soname', ['G20'], 'libfoo.so.01 finds libfoo.so.1', {
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
  searchCase(
    'g-cache-dangling',
    ['G20'],
    'the file of the entry is gone',
    cached([[cacheOf('cache-of-t-lib'), whiteout('t/lib')]], { expected: fooMissing }),
  ),
  searchCase(
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
  searchCase(
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
  searchCase(
    'g-cache-entry-of-other-class',
    ['G20', 'G10'],
    'the other class behind the entry, and nothing else',
    cached(
      [[cacheOf('cache-of-t-lib'), copy('t/lib/libfoo.so.1', 'bad-candidates/other-class/libfoo.so.1')]],
      {
        expected: refusedByName('wrong ELF class: ELFCLASS32'),
      },
    ),
  ),
  searchCase(
    'g-cache-before-default',
    ['G20'],
    'the cache comes before the default directories',
    cached([[cacheOf('cache-of-t-lib'), text('usr/lib/libfoo.so.1', 'x'.repeat(200))]], {
      expected: starts(),
    }),
  ),
  searchCase(
    'g-cache-removed',
    ['G20', 'I1'],
    'a cache that a layer removes',
    cached([[cacheOf('cache-of-t-lib')], [whiteout('etc/ld.so.cache')]], { expected: fooMissing }),
  ),
  searchCase(
    'g-cache-garbage',
    ['G20'],
    'a cache that is none',
    cached([[text('etc/ld.so.cache', 'garbage')]], { expected: fooMissing }),
  ),
  searchCase(
    'g-cache-old-format',
    ['G20'],
    'the old format alone',
    cached([[copy('etc/ld.so.cache', 'cache-old-format/ld.so.cache-old')]], { expected: starts() }),
  ),
  searchCase(
    'g-cache-compat-format',
    ['G20'],
    'old and new format in one',
    cached([[copy('etc/ld.so.cache', 'cache-old-format/ld.so.cache-compat')]], { expected: starts() }),
  ),
  searchCase(
    'g-cache-other-soname',
    ['G20'],
    'entries go by DT_SONAME, not by file name',
    cached([[cacheOf('cache-of-other-soname')]], { expected: fooMissing }),
  ),
  searchCase(
    'g-cache-two-classes',
    ['G20'],
    'flags tell i386 entries from our own',
    cached([[cacheOf('cache-of-two-classes')]], { expected: starts() }),
  ),
];
