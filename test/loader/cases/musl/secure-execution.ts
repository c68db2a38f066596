// AT_SECURE (M60).
import { type Case, copy } from '../case.ts';
import { fooMissing, inLib, muslCase } from './musl-case.ts';

export const muslSecureExecutionCases: readonly Case[] = [
  muslCase('m-secure', ['M60'], 'setuid: LD_LIBRARY_PATH is ignored', 'musl-needs-foo', fooMissing, {
    env: inLib,
    user: '1000:1000',
    layers: [[copy('t/p', 'musl-needs-foo/p', { mode: 0o4755 })]],
  }),
  muslCase('m-secure-origin', ['M60'], 'nor does $ORIGIN', 'musl-needs-foo-origin', fooMissing, {
    user: '1000:1000',
    layers: [[copy('t/p', 'musl-needs-foo-origin/p', { mode: 0o4755 })]],
  }),
];
