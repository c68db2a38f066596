// Images that lay out glibc in another way: busybox, the Nix store (G70, I9).
import {
  type Case,
  folder,
  glibcStops,
  hardlink,
  interpreterFails,
  notFound,
  starts,
  whiteout,
} from '../case.ts';
import { debianFolder, inLib, searchCase } from './search-case.ts';

export const imageLayoutCases: readonly Case[] = [
  searchCase('b-busybox-glibc-image', ['G20', 'I9'], 'busybox:glibc has no cache', {
    image: 'busybox-glibc',
    files: 'needs-foo',
    env: inLib,
    expected: starts(),
  }),
  searchCase('b-busybox-glibc-has-libpthread', ['G70'], 'it has libpthread.so.0', {
    image: 'busybox-glibc',
    files: 'needs-libpthread',
    expected: starts(),
  }),
  searchCase('b-busybox-glibc-has-no-libdl', ['G70'], 'and no libdl.so.2', {
    image: 'busybox-glibc',
    files: 'needs-libdl',
    expected: glibcStops('libdl.so.2', notFound),
  }),
  searchCase('g-nix-store', ['I9', 'K20'], 'a program for the Nix store on Debian', {
    files: 'nix-program',
    expected: interpreterFails('no such file or directory'),
  }),
  searchCase('g-nix-store-there', ['I9', 'G1', 'I3'], 'and where only the store has loader and libraries', {
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
