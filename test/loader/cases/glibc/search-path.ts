// The order of RPATH, LD_LIBRARY_PATH and RUNPATH, and for which objects the tags count (G1 to G4).
import { type Case, glibcStops, notFound, starts, text } from '../case.ts';
import { fooMissing, inLib, searchCase } from './search-case.ts';

export const searchPathCases: readonly Case[] = [
  searchCase('g-lib-missing', ['G1', 'G90'], 'a library that is nowhere', {
    files: 'needs-foo',
    expected: fooMissing,
  }),
  searchCase('g-ld-library-path', ['G1', 'I7'], 'LD_LIBRARY_PATH of the image', {
    files: 'needs-foo',
    env: inLib,
    expected: starts(),
  }),
  searchCase('g-rpath-beats-ld-library-path', ['G1'], 'RPATH comes before LD_LIBRARY_PATH', {
    files: 'needs-foo-rpath',
    env: { LD_LIBRARY_PATH: '/t/bad' },
    layers: [[text('t/bad/libfoo.so.1', 'x'.repeat(200))]],
    expected: starts(),
  }),
  searchCase('g-ld-library-path-beats-runpath', ['G1'], 'and RUNPATH after it', {
    files: 'needs-foo-runpath',
    env: { LD_LIBRARY_PATH: '/t/bad' },
    layers: [[text('t/bad/libfoo.so.1', 'x'.repeat(200))]],
    expected: glibcStops('/t/bad/libfoo.so.1', 'invalid ELF header'),
  }),
  searchCase('g-both-tags', ['G3'], 'with RUNPATH beside it RPATH does not exist', {
    files: 'needs-foo-both-tags',
    expected: fooMissing,
  }),
  searchCase('g-rpath-inherited', ['G2'], 'RPATH is inherited', {
    files: 'rpath-inherited',
    expected: starts(),
  }),
  searchCase('g-runpath-not-inherited', ['G2'], 'RUNPATH is not', {
    files: 'runpath-not-inherited',
    expected: glibcStops('libb.so.1', notFound),
  }),
  searchCase(
    'g-parent-runpath-hides-rpath-of-main',
    ['G3'],
    "a library's own RUNPATH hides the program's RPATH",
    {
      files: 'middle-runpath-hides-rpath',
      expected: glibcStops('libb.so.1', notFound),
    },
  ),
  searchCase('g-rpath-past-runpath-parent', ['G3', 'G4'], 'but not for the needs of what it needs', {
    files: 'rpath-past-runpath-parent',
    expected: starts(),
  }),
  searchCase('g-rpath-of-middle', ['G4'], "a library's RPATH is inherited under a program with RUNPATH", {
    files: 'rpath-of-middle',
    expected: starts(),
  }),
];
