// LD_PRELOAD (M5).
import { type Case, muslStops, starts } from '../case.ts';
import { inLib, missing, muslCase, noSymbol } from './musl-case.ts';

export const muslPreloadCases: readonly Case[] = [
  muslCase(
    'm-preload-missing-silent',
    ['M5', 'I7'],
    'a preload that is not there is ignored silently',
    'musl-hello',
    starts(/^started$/),
    { env: { LD_PRELOAD: '/t/none.so' } },
  ),
  muslCase(
    'm-preload-needs-missing',
    ['M5'],
    'what a preload needs must be there',
    'musl-preload-needs-missing',
    muslStops(
      'library',
      missing('libb.so.1', undefined, '/t/pre/libpre.so.1'),
      noSymbol('b', '/t/pre/libpre.so.1'),
    ),
    { env: { ...inLib, LD_PRELOAD: '/t/pre/libpre.so.1' } },
  ),
  muslCase(
    'm-preload-by-path-meets-no-name',
    ['M5', 'M6'],
    'a preload by path does not meet a need, though it gives the symbols',
    'musl-needs-foo',
    muslStops('library', missing('libfoo.so.1')),
    { env: { LD_PRELOAD: '/t/lib/libfoo.so.1' } },
  ),
];
