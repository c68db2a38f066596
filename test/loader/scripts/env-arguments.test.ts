import { expect, test } from 'vitest';
import { readEnvArguments } from '../../../src/loader/scripts/env-arguments.ts';

const variables = new Map([
  ['PATH', '/bin'],
  ['HOME', '/'],
]);

test.each([
  ['coreutils', ['-S sh -e', '/p'], { words: ['sh', '-e', '/p'], env: variables }],
  ['coreutils-without-split', ['-S sh -e', '/p'], { kind: 'refused', option: '-S' }],
  ['busybox', ['-S sh -e', '/p'], { kind: 'refused', option: '-S' }],
  ['other', ['-S sh -e', '/p'], { kind: 'unknown' }],
  ['coreutils', ['-uHOME', '/p'], { words: ['/p'], env: new Map([['PATH', '/bin']]) }],
  ['coreutils', ['-u', '/p'], { words: [], env: variables }],
  ['coreutils', ['-iu', 'A=b', '/p'], { kind: 'refused', option: '-u' }],
  ['busybox', ['-iu', 'A=b', '/p'], { words: ['/p'], env: new Map() }],
  [
    'coreutils',
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
  expect(readEnvArguments(dialect, ['env', ...given], variables)).toMatchObject(expected);
});
