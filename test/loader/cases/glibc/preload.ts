// LD_PRELOAD and /etc/ld.so.preload (G30), DT_FILTER and DT_AUXILIARY (G31).
import { type Case, glibcStops, notFound, starts, text } from '../case.ts';
import { searchCase } from './search-case.ts';

const ignored = (name: string, from: string, reason: string) =>
  starts(
    new RegExp(
      `ERROR: ld\\.so: object '${name}' from ${from} cannot be preloaded \\(${reason}\\): ignored\\.[\\s\\S]*started`,
    ),
  );

export const preloadCases: readonly Case[] = [
  searchCase(
    'g-preload-missing-is-warning',
    ['G30', 'I7'],
    'a preload that is not there is ignored with a message',
    {
      files: 'glibc-hello',
      env: { LD_PRELOAD: 'none.so' },
      expected: ignored('none\\.so', 'LD_PRELOAD', 'cannot open shared object file'),
    },
  ),
  searchCase('g-preload-garbage-is-warning', ['G30'], 'so is garbage', {
    files: 'bad-candidates',
    env: { LD_PRELOAD: '/t/garbage/libfoo.so.1', LD_LIBRARY_PATH: '/t/lib' },
    expected: ignored('/t/garbage/libfoo\\.so\\.1', 'LD_PRELOAD', 'invalid ELF header'),
  }),
  searchCase('g-preload-other-class-is-warning', ['G30'], 'and the other class', {
    files: 'bad-candidates',
    env: { LD_PRELOAD: '/t/other-class/libfoo.so.1', LD_LIBRARY_PATH: '/t/lib' },
    expected: ignored('/t/other-class/libfoo\\.so\\.1', 'LD_PRELOAD', 'wrong ELF class: ELFCLASS32'),
  }),
  searchCase('g-preload-dep-missing-is-fatal', ['G30'], 'what a preload needs must be there', {
    files: 'preload-needs-missing',
    env: { LD_PRELOAD: '/t/l/liba.so.1' },
    expected: glibcStops('libb.so.1', notFound),
  }),
  searchCase('g-preload-satisfies-by-soname', ['G6', 'G30'], "a preload's DT_SONAME meets a need", {
    files: 'needs-foo',
    env: { LD_PRELOAD: '/t/lib/libfoo.so.1' },
    expected: starts(),
  }),
  searchCase('g-preload-two', ['G30'], 'blanks and colons separate', {
    files: 'needs-foo',
    env: { LD_PRELOAD: 'none.so /t/lib/libfoo.so.1:other.so' },
    expected: starts(/'none\.so'[\s\S]*'other\.so'[\s\S]*started/),
  }),
  searchCase('g-preload-file', ['G30'], '/etc/ld.so.preload', {
    files: 'needs-foo',
    layers: [[text('etc/ld.so.preload', '# comment\n/t/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  searchCase('g-preload-file-missing', ['G30'], 'a name in it that is not there', {
    files: 'glibc-hello',
    layers: [[text('etc/ld.so.preload', '/t/none.so # gone\n')]],
    expected: ignored('/t/none\\.so', '/etc/ld\\.so\\.preload', 'cannot open shared object file'),
  }),
  searchCase('g-filter-missing', ['G31'], 'the object of DT_FILTER must be there', {
    files: 'filter-missing',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: glibcStops('libnone.so', notFound),
  }),
  searchCase('g-auxiliary-missing', ['G31'], 'that of DT_AUXILIARY need not', {
    files: 'auxiliary-missing',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: starts(),
  }),
];
