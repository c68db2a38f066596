import { expect, test } from 'vitest';
import { squash } from '../../src/rootfs/squash.ts';
import { WorkLimit, withinLimit, withLookupLimit } from '../../src/rootfs/work-limit.ts';

const { rootfs } = squash([{ diffID: null, entries: [] }], 'followed');

test('a start that looks for files at more places than any real one ends, whatever it asks of the tree', () => {
  const limited = withLookupLimit(rootfs, 3);
  limited.lookup('/a');
  limited.list('/');
  limited.query(() => null);
  expect(() => limited.lookup('/a')).toThrow(WorkLimit);
});

test('a tree with one more layer has what is left of the look-ups', () => {
  const limited = withLookupLimit(rootfs, 3);
  limited.lookup('/a');
  const above = limited.withLayer({ diffID: null, entries: [] });
  above.lookup('/a');
  above.lookup('/a');
  expect(() => above.lookup('/a')).toThrow('more than 2 places');
});

test('a question that takes too many look-ups is answered with why', () => {
  const answer = withinLimit(rootfs, (counted) => {
    for (;;) counted.lookup('/a');
  });
  expect(answer).toBeInstanceOf(WorkLimit);
  expect(withinLimit(rootfs, (counted) => counted.lookup('/').ok)).toBe(true);
});

test('an error that is no limit is thrown on', () => {
  const fails = () => {
    throw new RangeError('another');
  };
  expect(() => withinLimit(rootfs, fails)).toThrow(RangeError);
});
