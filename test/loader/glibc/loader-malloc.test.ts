import { describe, expect, test } from 'vitest';
import { simulateStart } from '../../../src/loader/simulate.ts';
import type { CaseImage } from '../cases/case.ts';
import { withChangedElf, withDynamic, withoutRelocations } from '../changed-elf.ts';
import { containerOf } from '../run-case.ts';

async function started(image: CaseImage, needed: readonly string[]): Promise<string> {
  const container = await containerOf({ image, files: 'needs-loader' }, 'docker');
  const program = withChangedElf(container, '/t/p', (elf) =>
    withDynamic(withoutRelocations(elf), { needed, verneed: [] }),
  );
  const { ending } = simulateStart(program, '/t/p');
  return ending.kind === 'stops' ? `${ending.exitStatus} ${ending.message}` : ending.kind;
}

const loader = 'ld-linux-x86-64.so.2';

/** Seen with a program that calls nothing, under 2.31, 2.36 and 2.41. */
describe('ld.so that something needs by name takes malloc of the program (G8, G57)', () => {
  test.each<[CaseImage, readonly string[], string]>([
    [
      'glibc-2.36',
      [loader],
      '127 /t/p: symbol lookup error: /t/p: undefined symbol: calloc, version GLIBC_2.2.5',
    ],
    ['glibc-2.36', [loader, 'libc.so.6'], 'starts'],
    ['glibc-2.36', [], 'starts'],
    ['glibc-2.31', [loader], 'starts'],
    ['glibc-2.41', [loader], 'starts'],
  ])('under %s, a program that needs %j', async (image, needed, ending) => {
    expect(await started(image, needed)).toBe(ending);
  });
});
