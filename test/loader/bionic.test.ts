import { expect, test } from 'vitest';
import { simulateStart } from '../../src/loader/simulate.ts';
import { copy } from './cases/case.ts';
import { withChangedElf, withDynamic } from './changed-elf.ts';
import { containerOf } from './run-case.ts';

test("a start under Android's loader is unknown (B1)", async () => {
  const container = await containerOf(
    { image: 'glibc-2.36', layers: [[copy('t/p', 'glibc-hello/p')]] },
    'docker',
  );
  const android = withChangedElf(container, '/lib64/ld-linux-x86-64.so.2', (elf) =>
    withDynamic(elf, { soname: 'ld-android.so' }),
  );
  expect(simulateStart(android, '/t/p')).toMatchObject({
    loader: { family: 'bionic' },
    ending: { kind: 'unknown', reason: expect.stringContaining('Android') },
  });
});
