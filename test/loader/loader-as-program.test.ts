import { expect, test } from 'vitest';
import { simulateStart } from '../../src/loader/simulate.ts';
import { text } from './cases/case.ts';
import { containerOf } from './run-case.ts';

test.each([
  ['glibc-2.36', '/lib64/ld-linux-x86-64.so.2'],
  ['alpine-3.19', '/lib/ld-musl-x86_64.so.1'],
] as const)(
  'the loader of %s is a program of its own, and loads what a script hands it (K31)',
  async (image, loader) => {
    const layers = [[text('t/p', `#!${loader}\n`, 0o755)]];
    const container = await containerOf({ image, layers }, 'docker');
    expect(simulateStart(container, loader).ending).toEqual({ kind: 'starts', printed: '' });
    expect(simulateStart(container, '/t/p').ending).toEqual({
      kind: 'unknown',
      reason: `${loader} is a loader: what it would load is not simulated`,
    });
  },
);
