// Symbols and their binding: versions, IFUNC, weak references, thread-local data (M30 to M33, M44).
import { type Case, muslStops, starts } from '../case.ts';
import { inL, muslCase, noSymbol } from './musl-case.ts';

export const muslSymbolCases: readonly Case[] = [
  muslCase(
    'm-versions-ignored',
    ['M30'],
    'symbol versions are not looked at',
    'musl-versions-ignored',
    starts(),
    {
      env: inL,
    },
  ),
  muslCase(
    'm-hidden-version-not-found',
    ['M30'],
    'but a hidden one is not seen',
    'musl-hidden-version',
    muslStops('symbol', noSymbol('foo')),
    { env: inL },
  ),
  muslCase(
    'm-no-lazy-binding',
    ['M31', 'M20'],
    'everything is bound at start',
    'musl-symbols-missing',
    muslStops('symbol', noSymbol('gone'), noSymbol('gone_data')),
    { env: inL },
  ),
  muslCase(
    'm-tls-missing',
    ['M44'],
    'thread-local data',
    'musl-tls-missing',
    muslStops('symbol', noSymbol('gone_tls')),
    { env: inL },
  ),
  muslCase('m-weak', ['M31'], 'a weak reference may stay open', 'musl-weak', starts(), { env: inL }),
  muslCase(
    'm-ifunc',
    ['M32'],
    'IFUNC definitions are not seen',
    'musl-ifunc',
    muslStops('symbol', noSymbol('foo')),
    { env: inL },
  ),
  muslCase(
    'm-irelative',
    ['M32'],
    'nor are IRELATIVE relocations known',
    'musl-ifunc',
    muslStops('symbol', 'Error relocating /t/inside/libv.so.1: unsupported relocation type 37'),
    { env: { LD_LIBRARY_PATH: '/t/inside' } },
  ),
  muslCase('m-copy-size', ['M33'], 'another size of a copied object', 'musl-copy-size', starts(/^started/), {
    env: inL,
  }),
  muslCase('m-filter-ignored', ['M33'], 'DT_FILTER is not looked at', 'musl-filter', starts(), { env: inL }),
  muslCase(
    'm-execstack-library',
    ['M33'],
    'nor is the executable stack that a library asks for',
    'musl-execstack-library',
    starts(/^started$/),
    { env: inL },
  ),
];
