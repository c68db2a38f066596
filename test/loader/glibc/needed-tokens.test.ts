import { describe, expect, test } from 'vitest';
import { cases } from '../cases/index.ts';
import { simulateCase } from '../run-case.ts';

/** Messages name an object by that string, and only a verneed of the same string finds it (G7, G40). */
describe('a DT_NEEDED with $ORIGIN', () => {
  test('is asked for by the path that it comes to', async () => {
    const each = cases.find(({ id }) => id === 'g-needed-origin');
    if (each === undefined) throw new Error('the case is gone');
    const { objects } = await simulateCase(each, 'docker');
    const names = objects.filter(({ foundBy }) => foundBy === 'path in DT_NEEDED').map(({ name }) => name);
    expect(names).toEqual([expect.stringMatching(/^\/t\/.*libfoo\.so\.1$/)]);
  });
});
