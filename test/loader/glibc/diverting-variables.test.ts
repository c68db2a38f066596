import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { starts } from '../cases/case.ts';
import { targetOf } from '../run-case.ts';

test.each([
  ['LD_DEBUG', 'help', 'undetermined'],
  ['LD_DEBUG', 'libs,help', 'undetermined'],
  ['LD_DEBUG', 'libs', 'starts'],
  ['LD_DEBUG', 'xhelp', 'starts'],
  ['LD_TRACE_LOADED_OBJECTS', '', 'undetermined'],
])('with %s=%s the loader may do something else than start the program: %s', async (name, value, kind) => {
  const env = { [name]: value };
  const each = {
    id: '',
    rules: [],
    shows: '',
    image: 'glibc-2.36',
    files: null,
    env,
    expected: starts(),
  } as const;
  expect(simulateStart(await targetOf(each, 'docker'), '/bin/sh').ending.kind).toBe(kind);
});
