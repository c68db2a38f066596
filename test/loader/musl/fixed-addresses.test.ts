import { expect, test } from 'vitest';
import { cases } from '../cases/index.ts';
import { simulateCase } from '../run-case.ts';

/** Seen under musl 1.2.4: a library that needs its own program by path ends the start with these words. */
test('a program of fixed addresses cannot be mapped a second time as a library (M10)', async () => {
  const each = cases.find(({ files, image }) => files === 'musl-copy-size' && image.startsWith('alpine-'));
  if (each === undefined) throw new Error('the case is gone');
  const env = { ...each.env, LD_PRELOAD: '/t/p' };
  const { problems } = await simulateCase({ ...each, env }, 'docker');
  expect(problems).toContainEqual(
    expect.objectContaining({ kind: 'preload-ignored', name: '/t/p', reason: 'Resource busy' }),
  );
});
