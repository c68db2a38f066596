import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { newRuleText } from '../../scripts/new/rule.ts';
import { rules } from '../../src/rules/index.ts';
import { cases } from './cases.ts';
import { contextOf } from './start.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const ruleCases = rules.flatMap((rule) => {
  const ruleCase = cases[rule.id];
  return ruleCase === undefined ? [] : [{ rule, id: rule.id, ...ruleCase }];
});

test('every rule has a case', () => {
  const without = rules.filter(({ id }) => cases[id] === undefined).map(({ id }) => id);
  if (without.length > 0)
    expect.fail(`the rule ${without.join(', ')} has no case: add one to test/rules/cases.ts`);
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s is written out', (id, rule) => {
  const { title } = newRuleText;
  if (rule.title === title) expect.fail(`the rule ${id} has no title: write it in src/rules/${id}.ts`);
  const page = readFileSync(`${root}docs/rules/${id}.md`, 'utf8');
  const left = newRuleText.page.filter((line) => page.split('\n').includes(line));
  if (left.length > 0) expect.fail(`docs/rules/${id}.md still says "${left[0]}": write the page`);
});

describe.each(ruleCases)('$id', ({ rule, catches, tells, passes }) => {
  test('reports its case, with what a user would see', async () => {
    const detections = rule.check(await contextOf(catches));
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject(tells);
  });

  test('does not report a similar case', async () => {
    expect(rule.check(await contextOf(passes))).toEqual([]);
  });

  test('tells whole sentences', async () => {
    for (const { message, expected, found } of rule.check(await contextOf(catches))) {
      expect(message).toMatch(/^[/\w].*[^.]\.$/);
      expect(`${message}${expected}${found}`).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  test('has a page that begins with its name, severity and title', () => {
    const page = `${root}docs/rules/${rule.id}.md`;
    expect(existsSync(page)).toBe(true);
    const [heading, , lead] = readFileSync(page, 'utf8').split('\n');
    expect(heading).toBe(`# ${rule.id}`);
    expect(lead).toBe(`${rule.title}. Severity: ${rule.severity}.`);
  });

  test('has a page that shows the line and the exit status of its case', () => {
    const program = catches.started ?? `/${basename(catches.program)}`;
    const page = readFileSync(`${root}docs/rules/${rule.id}.md`, 'utf8');
    if (tells.seen != null) expect(page).toContain(tells.seen.replaceAll(program, '/app'));
    if (tells.exitStatus != null) expect(page).toMatch(new RegExp(`xit status ${tells.exitStatus}\\b`));
  });

  test('has a row in docs/rules.md', () => {
    const row = `| [\`${rule.id}\`](rules/${rule.id}.md) | ${rule.severity} |`;
    expect(readFileSync(`${root}docs/rules.md`, 'utf8')).toContain(row);
  });
});

test('each rule has a name of its own, in kebab case, and a file of that name', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(existsSync(`${root}src/rules/${id}.ts`), id).toBe(true);
});

test('there is no page of a rule that does not exist', () => {
  const pages = readdirSync(`${root}docs/rules`).sort();
  expect(pages).toEqual(rules.map(({ id }) => `${id}.md`).sort());
});
