import { expect, test } from 'vitest';
import { needsNewerKernel } from '../../src/container/host.ts';

/** glibc elf/dl-load.c `open_verify`; that a library with the last one is loaded was seen with 2.31. */
test.each<[readonly [number, number, number], boolean]>([
  [[6, 1, 0], false],
  [[6, 2, 0], true],
  [[7, 0, 0], true],
  [[0x100003, 2, 0], false],
])('a note that asks for kernel %j, on 6.1 (G15)', (wanted, newer) => {
  expect(needsNewerKernel(wanted, [6, 1])).toBe(newer);
});
