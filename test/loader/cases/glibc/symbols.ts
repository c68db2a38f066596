// Symbols that are looked up at start, weak references, copies, definitions of every kind (G45, G52 to G55).
import { type Case, starts, stops } from '../case.ts';
import { inL, symbolCase, symbolStops, warned } from './symbol-case.ts';

export const symbolCases: readonly Case[] = [
  symbolCase(
    's-noplt',
    ['G52'],
    'a call without PLT is bound at start',
    'function-no-plt',
    symbolStops('/t/p', 'gone'),
  ),
  symbolCase(
    's-function-address',
    ['G52'],
    'so is the address of a function',
    'function-address',
    symbolStops('/t/p', 'gone'),
  ),
  symbolCase('s-data', ['G52'], 'data', 'data', symbolStops('/t/p', 'gone_data')),
  symbolCase('s-tls', ['G52'], 'thread-local data', 'tls', symbolStops('/t/p', 'gone_tls')),
  symbolCase('s-weak', ['G53'], 'a weak reference may stay open', 'weak', starts()),
  symbolCase(
    's-copy-size-warning',
    ['G54'],
    'a copy relocation to a larger object is a warning',
    'copy-size',
    warned("/t/p: Symbol `sized' has different size in shared object, consider re-linking"),
  ),
  symbolCase(
    's-copy-size-smaller',
    ['G54'],
    'to a smaller one it is not',
    'copy-size-smaller',
    starts(/^started/),
  ),
  symbolCase(
    's-function-bound-to-data',
    ['G45'],
    'type and size of a definition are not compared',
    'function-is-data-now',
    starts(),
    { env: { ...inL, LD_BIND_NOW: '1' } },
  ),
  symbolCase('s-ifunc', ['G55'], 'IFUNC', 'ifunc', starts()),
  symbolCase('s-protected', ['G45', 'G54'], 'a protected definition counts', 'protected', starts(), {
    env: { ...inL, LD_BIND_NOW: '1' },
  }),
  symbolCase('s-hidden', ['G45'], 'a hidden one does not', 'hidden-definition', symbolStops('/t/p', 'gone'), {
    env: { ...inL, LD_BIND_NOW: '1' },
  }),
  symbolCase(
    's-interposed-by-preload',
    ['G30', 'G45'],
    'a preload gives the symbol',
    'interposed',
    starts(),
    {
      env: { ...inL, LD_PRELOAD: '/t/l/libpre.so.1' },
    },
  ),
  symbolCase(
    's-symbol-of-program',
    ['G45'],
    'the program gives a symbol to its library',
    'symbol-of-program',
    starts(),
  ),
  symbolCase(
    's-symbol-of-program-missing',
    ['G52'],
    'and one that does not',
    'symbol-of-program',
    stops(
      'symbol',
      /^\/t\/without: symbol lookup error: \/t\/l\/libask\.so\.1: undefined symbol: given$/m,
      127,
    ),
    { run: ['/t/without'] },
  ),
  symbolCase(
    's-library-first',
    ['G52'],
    'libraries are bound before the program',
    'library-first-to-fail',
    symbolStops('/t/l/libtop\\.so\\.1', 'gone_data'),
  ),
  symbolCase('s-textrel-library', ['G55'], 'text relocations in a library', 'textrel-library', starts()),
];
