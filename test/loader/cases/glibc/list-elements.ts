// Elements of the lists of directories: separators, empty elements, $ORIGIN, $LIB, $PLATFORM (G9).
import { type Case, copy, starts } from '../case.ts';
import { fooMissing, searchCase } from './search-case.ts';

export const listElementCases: readonly Case[] = [
  searchCase('g-ld-library-path-semicolon', ['G9'], 'a semicolon separates in LD_LIBRARY_PATH', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: '/none;/t/lib' },
    expected: starts(),
  }),
  searchCase('g-cwd-empty-element', ['G9'], 'an empty element is the working directory', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: ':/none' },
    workdir: '/t/lib',
    expected: starts(),
  }),
  searchCase('g-empty-variable', ['G9'], 'an empty variable is not', {
    files: 'needs-foo',
    env: { LD_LIBRARY_PATH: '' },
    workdir: '/t/lib',
    expected: fooMissing,
  }),
  searchCase('g-runpath-empty-element', ['G9'], 'an empty element of RUNPATH', {
    files: 'needs-foo-runpath-empty-element',
    workdir: '/t/lib',
    expected: starts(),
  }),
  searchCase('g-origin', ['G9'], '$ORIGIN in RUNPATH', { files: 'needs-foo-origin', expected: starts() }),
  searchCase('g-origin-of-a-link', ['G9'], "it is the real program's folder", {
    files: 'needs-foo-origin',
    run: ['/t/sub/p'],
    expected: starts(),
  }),
  searchCase('g-origin-braces', ['G9'], '${ORIGIN}; $ORIGINX and $FOO are literal text', {
    files: 'needs-foo-origin-braces',
    expected: starts(),
  }),
  searchCase('g-lib-token', ['G9'], "$LIB is the image's own: lib/x86_64-linux-gnu", {
    files: 'needs-foo-lib-token',
    expected: starts(),
  }),
  searchCase('g-platform-token', ['G9'], '$PLATFORM is haswell on an Intel processor of level v3', {
    files: 'needs-foo-platform-token',
    cpu: 'x86-64-v4',
    expected: starts(),
  }),
  searchCase('g-lib64-token', ['G9'], '$LIB of a loader built for /lib64 is lib64', {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo-lib-token',
    layers: [[copy('t/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
];
