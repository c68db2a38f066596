import { expect, test } from 'vitest';
import { type SplitRelease, splitString } from '../../../src/loader/scripts/env-split.ts';

const variables = new Map([['HOME', '/root']]);

const both: readonly SplitRelease[] = ['8.30', '9.0'];

/** Each was seen from coreutils 8.32, 9.1, 9.7 and 9.10: these lines they split alike. */
test.each([
  ['node "--a b" c', ['node', '--a b', 'c']],
  ["node '--a b' c'd'e", ['node', '--a b', 'cde']],
  ['node a\\_b "c\\_d"', ['node', 'a', 'b', 'c d']],
  ['node a\\tb', ['node', 'a\tb']],
  ['node a \\c b', ['node', 'a']],
  ['node a \\# b', ['node', 'a', '#', 'b']],
  ['node a # b', ['node', 'a']],
  ['node a#b', ['node', 'a#b']],
  ['node "" \'\'', ['node', '', '']],
  ['node ${HOME} "a${HOME}b" \'a${HOME}b\'', ['node', '/root', 'a/rootb', 'a${HOME}b']],
  ['node ${NOPE} x', ['node', 'x']],
])('env -S takes %j apart (K7)', (text, words) => {
  for (const release of [...both, null])
    expect(splitString(text, variables, release)).toEqual({ kind: 'words', words });
});

test.each([
  ['node "a', 'no terminating quote in -S string'],
  ['node a\\qb', "invalid sequence '\\q' in -S"],
  ['node "a\\cb"', "'\\c' must not appear in double-quoted -S string"],
  ['node a\\', 'invalid backslash at end of string in -S'],
  ['node $HOME x', 'only ${VARNAME} expansion is supported, error at: $HOME x'],
])('env -S cannot take %j apart', (text, said) => {
  for (const release of [...both, null])
    expect(splitString(text, variables, release)).toEqual({ kind: 'refused', said });
});

const words = (...list: readonly string[]) => ({ kind: 'words', words: list });
const refused = (said: string) => ({ kind: 'refused', said });

/** Each was seen from 8.32, and from 9.1, 9.7 and 9.10. */
test.each([
  ['node x\r', words('node', 'x\r'), words('node', 'x')],
  ['sh\r-e', words('sh\r-e'), words('sh', '-e')],
  ["node a # don't", refused('no terminating quote in -S string'), words('node', 'a')],
  ["node a \\c don't", refused('no terminating quote in -S string'), words('node', 'a')],
  ['node a # $HOME', refused('only ${VARNAME} expansion is supported, error at: $HOME'), words('node', 'a')],
  ['node a # \\q', refused("invalid sequence '\\q' in -S"), words('node', 'a')],
  ["node 'a\\qb'", refused("invalid sequence '\\q' in -S"), words('node', 'a\\qb')],
  ['node "\\q', refused("invalid sequence '\\q' in -S"), refused("invalid sequence '\\q' in -S")],
])('env -S of 8.32 and of 9.0 read %j each in its way (K7)', (text, before, since) => {
  expect(splitString(text, variables, '8.30')).toEqual(before);
  expect(splitString(text, variables, '9.0')).toEqual(since);
});

test('where the release is not known, a text that releases read differently is unknown', () => {
  expect(splitString('node x\r', variables, null)).toMatchObject({ kind: 'unknown' });
  expect(splitString("node # don't", variables, null)).toMatchObject({ kind: 'unknown' });
});

test('a word that 8.32 did not count, and made no room for, leaves it unknown', () => {
  expect(splitString('sh -e \r', variables, '8.30')).toMatchObject({ kind: 'unknown' });
  expect(splitString('sh -e \r', variables, '9.0')).toEqual(words('sh', '-e'));
});
