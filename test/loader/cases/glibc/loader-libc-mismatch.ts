// The loader of one build with the libc of another (G0b).
import { type Case, stops } from '../case.ts';
import { symbolCase } from './symbol-case.ts';

export const loaderLibcMismatchCases: readonly Case[] = [
  symbolCase(
    'g-loader-libc-mismatch',
    ['G0b'],
    'the loader of 2.36 with the libc of 2.41',
    'loader-of-other-build',
    stops(
      'symbol',
      /symbol lookup error: \/(usr\/)?lib\/x86_64-linux-gnu\/libc\.so\.6: undefined symbol: __tunable_is_initialized, version GLIBC_PRIVATE/,
      127,
    ),
    { image: 'glibc-2.41', env: {} },
  ),
  symbolCase(
    'g-loader-libc-mismatch-231',
    ['G0b'],
    'and with that of 2.31',
    'loader-of-other-build',
    stops(
      'symbol',
      /Inconsistency detected by ld\.so: dl-call-libc-early-init\.c: 37: _dl_call_libc_early_init: Assertion `sym != NULL' failed!/,
      127,
    ),
    { image: 'glibc-2.31', env: {} },
  ),
];
