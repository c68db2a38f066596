import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { starts } from '../cases/case.ts';
import { withChangedElf, withoutRelocations } from '../changed-elf.ts';
import { containerOf } from '../run-case.ts';

/** Seen with an AArch64 library of one function under 1.2.4 and 1.2.5: SIGILL when it is called, nothing when it is not. */
test.each<[string, boolean, string]>([
  ['is called', true, '132'],
  ['nothing calls', false, 'unknown'],
])('a library for another machine whose code %s (M10)', async (_, calls, expected) => {
  const env = { LD_LIBRARY_PATH: '/t/lib' };
  const each = {
    id: 'foreign',
    rules: [],
    shows: '',
    image: 'alpine-3.19',
    env,
    expected: starts(),
  } as const;
  const container = await containerOf({ ...each, files: 'musl-needs-foo' }, 'docker');
  const foreign = withChangedElf(container, '/t/lib/libfoo.so.1', (elf) => ({
    ...withoutRelocations(elf),
    machine: 183,
  }));
  const started = calls ? foreign : withChangedElf(foreign, '/t/p', withoutRelocations);
  const { ending } = simulateStart(started, '/t/p');
  expect(ending.kind === 'stops' ? String(ending.exitStatus) : ending.kind).toBe(expected);
});
