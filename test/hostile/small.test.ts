import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { observe } from './observe.ts';
import { subjects } from './subjects.ts';

const small = [...subjects]
  .map(([subject, tricks]) => [subject, tricks.filter((trick) => trick.small)] as const)
  .filter(([, tricks]) => tricks.length > 0);

describe.each(small)('hostile %s', (_subject, tricks) => {
  test.each(tricks.map((trick) => [trick.name, trick] as const))('%s', async (_name, trick) => {
    const observed = await observe(trick);
    expect(judge(trick, observed), JSON.stringify(observed, null, 1)).toEqual([]);
  });
});
