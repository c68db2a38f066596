// Which definition a versioned or unversioned reference finds (G43 to G45).
import { type Case, starts, stops } from '../case.ts';
import { symbolCase, symbolStops } from './symbol-case.ts';

export const versionedLookupCases: readonly Case[] = [
  symbolCase(
    'v-verneed-without-needed',
    ['G44'],
    'verneed names a file that nothing loads',
    'verneed-without-needed',
    stops(
      'version',
      /Inconsistency detected by ld\.so: dl-version\.c: \d+: _dl_check_map_versions: Assertion `needed != NULL' failed!/,
      127,
    ),
  ),
  symbolCase(
    'v-symbol-moved-to-other-lib',
    ['G43'],
    'the symbol may come from another object that has the version',
    'symbol-moved',
    starts(),
  ),
  symbolCase(
    'v-unversioned-ref',
    ['G45'],
    'an unversioned reference to versioned symbols',
    'unversioned-reference',
    starts(),
  ),
  symbolCase(
    'v-unversioned-ref-hidden-first-version',
    ['G45'],
    'finds a hidden symbol of the first version',
    'unversioned-reference-hidden-first',
    starts(),
  ),
  symbolCase(
    'v-unversioned-ref-hidden-second-version',
    ['G45'],
    'but not of a later one',
    'unversioned-reference-hidden-second',
    symbolStops('/t/p', 'bar'),
  ),
  symbolCase(
    'v-versioned-ref-hidden',
    ['G45'],
    'to a versioned reference the hidden bit is nothing',
    'versioned-reference-hidden',
    starts(),
  ),
];
