import { expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import { withChangedElf, withDynamic } from '../changed-elf.ts';
import { containerOf } from '../run-case.ts';

/** The library's variable has 36 bytes. That 24 of 8 bytes copy what follows, and 8192 end with SIGSEGV, was seen under 1.2.3. */
test.each([
  [8, 'starts'],
  [36, 'starts'],
  [40, 'unknown'],
])('a program that copies %i bytes of a variable of 36 (M33)', async (size, kind) => {
  const container = await containerOf(
    { image: 'alpine-3.19', files: 'musl-copy-size', env: { LD_LIBRARY_PATH: '/t/l' } },
    'docker',
  );
  const changed = withChangedElf(container, '/t/p', (elf) =>
    withDynamic(elf, {
      symbols: (elf.dynamic?.symbols ?? []).map((symbol) =>
        symbol.name === 'sized' ? { ...symbol, size } : symbol,
      ),
    }),
  );
  const { ending } = simulateStart(changed, '/t/p');
  expect(ending.kind).toBe(kind);
  if (ending.kind === 'unknown')
    expect(ending.reason).toContain('copies 40 bytes of the variable sized, which has 36');
});
