// Default directories, which each build of the loader has of its own (G0, G21).
import { type Case, copy, glibcStops, hardlink, link, starts, whiteout } from '../case.ts';
import { debianFolder, fooMissing, searchCase } from './search-case.ts';

export const defaultDirectoryCases: readonly Case[] = [
  searchCase('g-default-directory', ['G0', 'G1'], 'a library in a default directory', {
    files: 'needs-foo',
    layers: [[copy('usr/lib/x86_64-linux-gnu/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  searchCase('g-usr-lib64-on-debian', ['G0'], 'Debian does not look into /usr/lib64', {
    files: 'needs-foo',
    layers: [[copy('usr/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: fooMissing,
  }),
  searchCase(
    'g-usr-local-lib-without-cache',
    ['G0', 'G20'],
    'nor into /usr/local/lib without a cache entry',
    {
      files: 'needs-foo',
      layers: [[copy('usr/local/lib/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
      run: ['/bin/sh', '-c', 'exec /t/p'],
      instead: { run: ['/t/p'], because: 'the shell starts and replaces itself by /t/p' },
      expected: fooMissing,
    },
  ),
  searchCase('g-lib64-loader', ['G0'], 'a loader built for /lib64 looks into /usr/lib64', {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo',
    layers: [[copy('usr/lib64/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: starts(),
  }),
  searchCase('g-lib64-loader-multiarch', ['G0'], "but not into Debian's multiarch folder", {
    image: 'glibc-2.36-lib64',
    files: 'needs-foo',
    layers: [[copy('usr/lib/x86_64-linux-gnu/libfoo.so.1', 'needs-foo/lib/libfoo.so.1')]],
    expected: fooMissing,
  }),
  searchCase(
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
  searchCase('g-nodeflib', ['G21'], 'DF_1_NODEFLIB: not even libc is found, and no errno is reported', {
    files: 'nodeflib',
    expected: glibcStops('libc.so.6', 'cannot open shared object file'),
  }),
];
