import { expect, test } from 'vitest';
import { splitString } from '../../../src/loader/scripts/env-split.ts';

const variables = new Map([['HOME', '/root']]);

/** Each was seen from coreutils 8.32, 9.1 and 9.7. */
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
  expect(splitString(text, variables)).toEqual({ kind: 'words', words });
});

test.each([
  ['node "a', 'no terminating quote in -S string'],
  ['node a\\qb', "invalid sequence '\\q' in -S"],
  ['node "a\\cb"', "'\\c' must not appear in double-quoted -S string"],
  ['node a\\', 'invalid backslash at end of string in -S'],
  ['node $HOME x', 'only ${VARNAME} expansion is supported, error at: $HOME x'],
])('env -S cannot take %j apart', (text, said) => {
  expect(splitString(text, variables)).toEqual({ kind: 'refused', said });
});
