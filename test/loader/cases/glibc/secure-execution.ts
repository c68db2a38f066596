// AT_SECURE: what a setuid program, or one with capabilities, ignores from its caller (G80).
import { type Case, copy, starts } from '../case.ts';
import { fooMissing, inLib, searchCase } from './search-case.ts';

export const secureExecutionCases: readonly Case[] = [
  searchCase('g-secure-ld-library-path', ['G80'], 'setuid: LD_LIBRARY_PATH is ignored', {
    files: 'needs-foo',
    layers: [[copy('t/p', 'needs-foo/p', { mode: 0o4755 })]],
    env: inLib,
    user: '1000:1000',
    expected: fooMissing,
  }),
  searchCase('g-secure-as-root', ['G80'], 'for root itself it does', {
    files: 'needs-foo',
    layers: [[copy('t/p', 'needs-foo/p', { mode: 0o4755 })]],
    env: inLib,
    expected: starts(),
  }),
  searchCase('g-secure-capability', ['G80', 'K60'], 'file capabilities of another user do the same', {
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
  searchCase('g-secure-absolute-runpath', ['G80'], 'an absolute RUNPATH counts', {
    files: 'needs-foo-runpath',
    layers: [[copy('t/p', 'needs-foo-runpath/p', { mode: 0o4755 })]],
    user: '1000:1000',
    expected: starts(),
  }),
  searchCase('g-secure-origin', ['G80'], '$ORIGIN outside of the default directories does not', {
    files: 'needs-foo-origin',
    layers: [[copy('t/p', 'needs-foo-origin/p', { mode: 0o4755 })]],
    user: '1000:1000',
    expected: fooMissing,
  }),
  searchCase('g-secure-preload', ['G80'], 'LD_PRELOAD with a slash is dropped silently', {
    files: 'glibc-hello',
    layers: [[copy('t/p', 'glibc-hello/p', { mode: 0o4755 })]],
    env: { LD_PRELOAD: '/t/none.so' },
    user: '1000:1000',
    expected: starts(/^started/),
  }),
];
