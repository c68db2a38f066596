import { expect, test } from 'vitest';
import { readEnvArguments } from '../../../src/loader/scripts/env-arguments.ts';

const coreutils = { kind: 'coreutils', split: '9.0', hasArgv0: false, says: 'argv0' } as const;
const dialects = {
  'coreutils 8.28': { ...coreutils, split: 'none' },
  'coreutils 9.1': coreutils,
  'coreutils 9.7': { ...coreutils, hasArgv0: true, says: 'base name' },
  'coreutils 9.0 or later': { ...coreutils, hasArgv0: null },
  busybox: { kind: 'busybox' },
  other: { kind: 'other' },
} as const;

const variables = new Map([
  ['PATH', '/bin'],
  ['HOME', '/'],
]);

test.each([
  ['coreutils 9.1', ['-S sh -e', '/p'], { words: ['sh', '-e', '/p'], env: variables, argv0: null }],
  ['coreutils 9.1', ['-S -a foo sh', '/p'], { kind: 'refused', option: '-a' }],
  ['coreutils 9.1', ['-S --argv0=foo sh', '/p'], { kind: 'refused', option: '--argv0=foo' }],
  ['coreutils 9.7', ['-S -a foo sh', '/p'], { words: ['sh', '/p'], env: variables, argv0: 'foo' }],
  ['coreutils 9.7', ['-S -ia foo sh', '/p'], { words: ['sh', '/p'], env: new Map(), argv0: 'foo' }],
  ['coreutils 9.7', ['-S --argv0 b -ac sh', '/p'], { words: ['sh', '/p'], argv0: 'c' }],
  ['coreutils 9.0 or later', ['-S -a foo sh', '/p'], { kind: 'unknown' }],
  ['coreutils 8.28', ['-S sh -e', '/p'], { kind: 'refused', option: '-S' }],
  ['busybox', ['-S sh -e', '/p'], { kind: 'refused', option: '-S' }],
  ['other', ['-S sh -e', '/p'], { kind: 'unknown' }],
  ['coreutils 9.1', ['-uHOME', '/p'], { words: ['/p'], env: new Map([['PATH', '/bin']]) }],
  ['coreutils 9.1', ['-u', '/p'], { words: [], env: variables }],
  ['coreutils 9.1', ['-iu', 'A=b', '/p'], { kind: 'refused', option: '-u' }],
  ['busybox', ['-iu', 'A=b', '/p'], { words: ['/p'], env: new Map() }],
  [
    'coreutils 9.1',
    ['-S -i A=1 B=2 A=3 sh', '/p'],
    {
      words: ['sh', '/p'],
      env: new Map([
        ['A', '3'],
        ['B', '2'],
      ]),
    },
  ],
] as const)('env of %s makes of %j: %j', (dialect, given, expected) => {
  expect(readEnvArguments(dialects[dialect], ['env', ...given], variables)).toMatchObject(expected);
});
