import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cases } from './cases/index.ts';
import { ruleIds } from './rule-ids.ts';

const named = new Set(cases.flatMap(({ rules }) => rules));
const root = new URL('../../', import.meta.url);

describe('every rule of the specification is held by something', () => {
  test.each([...ruleIds].map(([id, home]) => [id, home] as const))('%s', (id, home) => {
    if (home.by === 'cases') expect(named).toContain(id);
    if (home.by === 'test')
      expect(readFileSync(new URL(home.file, root), 'utf8')).toMatch(new RegExp(`\\b${id}\\b`));
    if (home.by === 'nothing') expect(home.because).not.toBe('');
  });
});

test('cases name no rule that there is not', () => {
  expect([...named].filter((id) => !ruleIds.has(id))).toEqual([]);
});
