import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { containerOf } from '../run-case.ts';

test.each([
  ['LD_DEBUG', 'help', 'unknown'],
  ['LD_DEBUG', 'libs,help', 'unknown'],
  ['LD_DEBUG', 'libs', 'starts'],
  ['LD_DEBUG', 'xhelp', 'starts'],
  ['LD_TRACE_LOADED_OBJECTS', '', 'unknown'],
])(
  'with %s=%s the loader may do something else than start the program (G92): %s',
  async (name, value, kind) => {
    const container = await containerOf({ image: 'glibc-2.36', env: { [name]: value } }, 'docker');
    expect(simulateStart(container, '/bin/sh').ending.kind).toBe(kind);
  },
);
