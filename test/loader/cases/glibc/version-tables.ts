// Libraries without version tables, and versions that are weak or that no symbol has (G41, G42).
import { type Case, starts, stops } from '../case.ts';
import { symbolCase, symbolStops, versionLine, warned } from './symbol-case.ts';

const assertion =
  /Inconsistency detected by ld\.so: dl-lookup\.c: \d+: check_match: Assertion `version->filename == NULL \|\| ! _dl_name_match_p \(version->filename, map\)' failed!/;

export const versionTableCases: readonly Case[] = [
  symbolCase(
    'v-weak-version-now',
    ['G42', 'G51'],
    'a weak version is reported, and the symbol decides',
    'version-weak',
    stops(
      'symbol',
      new RegExp(
        `${versionLine('V2', '/t/p', '/t/l/libver\\.so\\.1', 'weak ')}\\n/t/p: symbol lookup error: /t/p: undefined symbol: bar, version V2$`,
        'm',
      ),
      127,
    ),
  ),
  symbolCase('v-weak-version-lazy', ['G42', 'G50'], 'bound lazily the program starts', 'version-weak-lazy', {
    ...warned("weak version `V2' not found"),
    lazy: ['bar'],
  }),
  symbolCase(
    'v-no-verdef-is-warning',
    ['G41'],
    'a library without version definitions is a warning',
    'no-verdef',
    warned('/t/p: /t/l/libver\\.so\\.1: no version information available \\(required by /t/p\\)'),
  ),
  symbolCase(
    'v-no-versym-assert-236',
    ['G41'],
    'one without any version table trips an assertion, up to 2.40',
    'no-versym',
    stops('symbol', assertion, 127),
  ),
  symbolCase(
    'v-no-versym-lazy-236',
    ['G41', 'G50'],
    'bound lazily at the first call: here foo is called at once',
    'no-versym-lazy',
    { ...starts(/no version information available/, 'foo', 'bar'), exit: null },
  ),
  symbolCase(
    'v-no-versym-241',
    ['G41'],
    'and works since 2.41',
    'no-versym',
    warned('no version information available'),
    { image: 'glibc-2.41' },
  ),
  symbolCase(
    'v-version-present-symbol-absent-lazy',
    ['G42', 'G50'],
    'the version is there, its symbol is not: reported when it is called',
    'version-without-symbol-lazy',
    starts(undefined, 'bar'),
  ),
  symbolCase(
    'v-version-present-symbol-absent-now',
    ['G42', 'G51'],
    'at start with BIND_NOW',
    'version-without-symbol-now',
    symbolStops('/t/p', 'bar, version V2'),
  ),
];
