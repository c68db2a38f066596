// Subdirectories and cache entries for processors: glibc-hwcaps and its forerunners (G22, G23).
import { type Case, copy, glibcStops, starts, text } from '../case.ts';
import { fooMissing, searchCase } from './search-case.ts';

const cacheOf = (name: string) => copy('etc/ld.so.cache', `${name}/ld.so.cache`);
const cached = (layers: NonNullable<Case['layers']>, rest: Partial<Case> & Pick<Case, 'expected'>) => ({
  files: 'needs-foo',
  layers,
  ...rest,
});

export const hwcapsCases: readonly Case[] = [
  searchCase('g-hwcaps-only-subdir-legacy', ['G23'], 'x86_64/ counts up to 2.36', {
    files: 'only-in-legacy-x86_64',
    expected: starts(),
  }),
  searchCase('g-hwcaps-only-subdir-legacy-241', ['G23'], 'and not since 2.37', {
    image: 'glibc-2.41',
    files: 'only-in-legacy-x86_64',
    expected: fooMissing,
  }),
  searchCase('g-hwcaps-longest-legacy', ['G23'], 'tls/haswell/avx512_1/x86_64', {
    files: 'only-in-legacy-tls-haswell',
    cpu: 'x86-64-v4',
    expected: starts(),
  }),
  searchCase('g-glibc-hwcaps-on-231', ['G22'], '2.31 knows no glibc-hwcaps', {
    image: 'glibc-2.31',
    files: 'only-in-hwcaps-v2',
    expected: fooMissing,
  }),
  searchCase('g-glibc-hwcaps-on-236', ['G22'], '2.36 does', {
    files: 'only-in-hwcaps-v2',
    expected: starts(),
  }),
  searchCase('g-glibc-hwcaps-level', ['G22'], 'level v4 on a processor that has it', {
    files: 'only-in-hwcaps-v4',
    image: 'glibc-2.43',
    expected: starts(),
  }),
  searchCase('g-glibc-hwcaps-level-too-low', ['G22'], 'and on one that has not', {
    files: 'only-in-hwcaps-v4',
    cpu: 'x86-64-v3',
    expected: fooMissing,
  }),
  searchCase('g-glibc-hwcaps-masked', ['G22'], 'a tunable takes the level away', {
    files: 'only-in-hwcaps-v4',
    env: { GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX512F' },
    expected: fooMissing,
  }),
  searchCase('g-bad-hwcaps-copy', ['G22', 'G11'], 'garbage in the best subdirectory is fatal', {
    files: 'bad-hwcaps-copy',
    expected: glibcStops('/t/lib/glibc-hwcaps/x86-64-v3/libfoo.so.1', 'invalid ELF header'),
  }),
  searchCase(
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
  searchCase(
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
  searchCase(
    'g-cache-hwcaps-231',
    ['G20', 'G22'],
    '2.31 takes the plain entry',
    cached([[cacheOf('cache-of-hwcaps')]], { image: 'glibc-2.31', expected: starts() }),
  ),
];
