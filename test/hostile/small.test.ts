import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { observe } from './observe.ts';
import { subjects } from './subjects.ts';

describe.each([...subjects])('hostile %s', (_subject, tricks) => {
  test.each(tricks.filter(({ small }) => small).map((trick) => [trick.name, trick] as const))(
    '%s',
    async (_name, trick) => {
      const observed = await observe(trick);
      expect(judge(trick, observed), JSON.stringify(observed, null, 1)).toEqual([]);
    },
  );
});
