import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { targetOf } from '../run-case.ts';

test.each([
  ['LD_DEBUG', 'help', 'undetermined'],
  ['LD_DEBUG', 'libs,help', 'undetermined'],
  ['LD_DEBUG', 'libs', 'starts'],
  ['LD_DEBUG', 'xhelp', 'starts'],
  ['LD_TRACE_LOADED_OBJECTS', '', 'undetermined'],
])(
  'with %s=%s the loader may do something else than start the program (G92): %s',
  async (name, value, kind) => {
    const target = await targetOf({ image: 'glibc-2.36', env: { [name]: value } }, 'docker');
    expect(simulateStart(target, '/bin/sh').ending.kind).toBe(kind);
  },
);
