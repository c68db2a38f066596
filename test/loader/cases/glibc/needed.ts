// What is loaded for DT_NEEDED and in which order: breadth first, names, paths (G5 to G8).
import { type Case, glibcStops, notFound, starts } from '../case.ts';
import { inLib, searchCase } from './search-case.ts';

export const neededCases: readonly Case[] = [
  searchCase('g-two-missing-first-only', ['G5', 'G90'], 'only the first missing library is reported', {
    files: 'two-missing',
    expected: glibcStops('liba.so.1', notFound),
  }),
  searchCase('g-bfs-order', ['G5', 'G6'], 'a library that one object found serves the others too', {
    files: 'breadth-first',
    expected: starts(),
  }),
  searchCase('g-bfs-order-reversed', ['G5', 'G6'], 'in the other order it comes too late', {
    files: 'breadth-first-reversed',
    expected: glibcStops('libx.so.1', notFound),
  }),
  searchCase('g-direct-needs-first', ['G5'], "the program's own needs come before those of its libraries", {
    files: 'direct-needs-first',
    expected: glibcStops('libx.so.1', notFound),
  }),
  searchCase('g-soname-of-other-file', ['G6'], 'an object answers to its DT_SONAME', {
    files: 'soname-of-other-file',
    env: { LD_LIBRARY_PATH: '/t/l' },
    expected: starts(),
  }),
  searchCase('g-same-file-two-names', ['G6'], 'one file under two names is one object', {
    files: 'same-file-two-names',
    env: inLib,
    expected: starts(),
  }),
  searchCase('g-needed-with-slash', ['G7'], 'a need with a slash is opened as it is', {
    files: 'needed-with-slash',
    expected: starts(),
  }),
  searchCase('g-needed-with-slash-missing', ['G7'], 'and not searched for', {
    files: 'needed-with-slash-missing',
    env: inLib,
    expected: glibcStops('/t/none/libfoo.so.1', notFound),
  }),
  searchCase('g-needed-with-slash-relative', ['G7'], 'a relative one starts at the working directory', {
    files: 'needed-with-slash-relative',
    workdir: '/t',
    expected: starts(),
  }),
  searchCase('g-needed-with-slash-relative-elsewhere', ['G7'], 'and is missing in another', {
    files: 'needed-with-slash-relative',
    workdir: '/',
    expected: glibcStops('lib/libfoo.so.1', notFound),
  }),
  searchCase('g-needed-origin', ['G7', 'G9'], '$ORIGIN in a need', {
    files: 'needed-with-origin',
    expected: starts(),
  }),
  searchCase('g-needed-path-other-class', ['G7', 'G10'], 'a need by path to a library of the other class', {
    files: 'needed-other-class-by-path',
    expected: glibcStops('/t/other/libfoo.so.1', 'wrong ELF class: ELFCLASS32'),
  }),
  searchCase('g-needed-loader-soname', ['G8'], "the loader's own name is met by the running loader", {
    image: 'busybox-glibc',
    files: 'needs-loader',
    env: inLib,
    expected: starts(),
  }),
];
