import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { describeNeeding, needEngine } from '../needs.ts';
import { cases } from './cases/index.ts';
import { record, type Sight, unwitnessed, witness } from './witness.ts';

const path = fileURLToPath(new URL('../../fixtures/cases/observed.json', import.meta.url));
const observed: Readonly<Record<string, Sight>> = JSON.parse(readFileSync(path, 'utf8'));

const plain = (exit: number | { old: number; now: number }): number =>
  typeof exit === 'number' ? exit : exit.old;

function seenAsExpected(): void {
  test.each(cases.map((each) => [each.id, each] as const))('%s', (id, each) => {
    const sight = observed[id];
    if (unwitnessed(each)?.startsWith('it is about')) return expect(sight).toBeUndefined();
    expect(sight?.seen.trimEnd()).toMatch(each.expected.message);
    if (each.expected.exit !== null) expect(sight?.exit).toBe(plain(each.expected.exit));
  });

  test('every recorded outcome belongs to a case', () => {
    const ids = new Set(cases.map(({ id }) => id));
    expect(Object.keys(observed).filter((id) => !ids.has(id))).toEqual([]);
  });
}

/** Folder that fixtures/cases/images.sh filled. */
const roots = process.env['LIBC_CHECK_CASE_ROOTS'];
const only = new RegExp(process.env['LIBC_CHECK_CASES'] ?? '');

/** For whoever adds a case: it is started for real, and with LIBC_CHECK_RECORD what was seen is written down. */
function seenAgain(folder: string): void {
  const sights = new Map<string, Sight>();
  afterAll(async () => {
    if (process.env['LIBC_CHECK_RECORD'] === undefined) return;
    const inOrder = cases
      .filter((each) => unwitnessed(each)?.startsWith('it is about') !== true)
      .flatMap(({ id }) => {
        const sight = sights.get(id) ?? observed[id];
        return sight === undefined ? [] : [[id, sight] as const];
      });
    await record(path, new Map(inOrder));
  });
  const here = cases.filter((each) => unwitnessed(each) === null && only.test(each.id));
  test.concurrent.each(here.map((each) => [each.id, each] as const))('%s', async (id, each) => {
    const sight = await witness(each, folder);
    sights.set(id, sight);
    expect(sight.seen.trimEnd()).toMatch(each.expected.message);
    if (each.expected.exit !== null) expect(sight.exit).toBe(plain(each.expected.exit));
  });
}

if (roots === undefined) describe('what a case expects is what was seen', seenAsExpected);
else describeNeeding('seen again on this machine', [needEngine()], () => seenAgain(roots));
