// Functions that are bound when they are called, and what binds them at start (G50, G51).
import { type Case, starts } from '../case.ts';
import { inL, symbolCase, symbolStops } from './symbol-case.ts';

export const lazyBindingCases: readonly Case[] = [
  symbolCase(
    's-lazy-not-called',
    ['G50'],
    'a function that is bound when it is called, and never is',
    'lazy-not-called',
    starts(undefined, 'gone'),
  ),
  symbolCase(
    's-lazy-called',
    ['G50', 'G90'],
    'and one that is: the program starts, then ends',
    'lazy-called',
    {
      ...starts(undefined, 'gone'),
      exit: null,
    },
  ),
  symbolCase(
    's-ld-bind-now',
    ['G51', 'I7'],
    'LD_BIND_NOW binds it at start',
    'lazy-not-called',
    symbolStops('/t/p', 'gone'),
    { env: { ...inL, LD_BIND_NOW: '1' } },
  ),
  symbolCase(
    's-ld-bind-now-empty',
    ['G51'],
    'an empty LD_BIND_NOW does not',
    'lazy-not-called',
    starts(undefined, 'gone'),
    { env: { ...inL, LD_BIND_NOW: '' } },
  ),
  symbolCase('s-bind-now', ['G51'], 'DF_BIND_NOW does', 'function-now', symbolStops('/t/p', 'gone')),
  symbolCase(
    's-function-address-no-pie',
    ['G50', 'G52'],
    'without PIE the address is that of a lazy PLT entry',
    'function-address-no-pie',
    starts(undefined, 'gone'),
  ),
  symbolCase('s-not-interposed', ['G51'], 'and without it', 'interposed', symbolStops('/t/p', 'gone')),
  symbolCase(
    's-lazy-in-library',
    ['G50'],
    'a lazy function of a library',
    'lazy-in-library',
    starts(undefined, 'gone'),
  ),
  symbolCase(
    's-now-in-library',
    ['G51'],
    "a library's own BIND_NOW",
    'now-in-library',
    symbolStops('/t/l/libtop\\.so\\.1', 'gone'),
  ),
  symbolCase(
    's-now-only-in-program',
    ['G51'],
    "the program's does not count for it",
    'now-only-in-program',
    starts(undefined, 'gone'),
  ),
];
