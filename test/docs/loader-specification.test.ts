import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cases } from '../loader/cases/index.ts';
import {
  anchorOf,
  citationsIn,
  filesBelow,
  type Link,
  linesOf,
  linksIn,
  loaderRules,
  type Place,
  root,
  specification,
} from './loader-rules.ts';

/** Rules that no test can hold, and why. Their text says "Not simulated". */
const untested: ReadonlyMap<string, string> = new Map([
  ['K12b', 'an emulator that the host registered shows in no file of an image'],
  ['I11', 'volumes, read-only mounts and security policies are settings of a run'],
]);

const self = 'test/docs/loader-specification.test.ts';
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', /\.md$/)];
const code = ['src', 'test', 'bench', 'scripts'].flatMap((folder) => filesBelow(folder, /\.(ts|mjs)$/));
const rulesById = new Map(loaderRules.map((rule) => [rule.id, rule]));
const at = ({ file, line }: Place): string => `${file}:${line}`;

test('no two headings have the same id', () => {
  const twice = loaderRules.filter((rule) => rulesById.get(rule.id) !== rule);
  expect(twice.map(({ id, page, line }) => `${page}:${line} is a second heading ${id}.`)).toEqual([]);
});

test('every citation of a rule leads to a heading', () => {
  const dangling = [...code, ...pages]
    .filter((file) => file !== self)
    .flatMap(citationsIn)
    .filter(({ id }) => !rulesById.has(id));
  expect(
    dangling.map((each) => `${at(each)} cites ${each.id}, which no heading of ${specification} has.`),
  ).toEqual([]);
});

describe('every rule is held by a case, or by a test that cites it', () => {
  const tests = code.filter((file) => file.endsWith('.test.ts') && file !== self);
  const held = new Set([
    ...cases.flatMap(({ rules }) => rules),
    ...tests.flatMap(citationsIn).map(({ id }) => id),
  ]);

  test('or is known to have none', () => {
    const bare = loaderRules.filter(({ id }) => !held.has(id) && !untested.has(id));
    expect(bare.map(({ id, page, line }) => `${page}:${line}: no case and no test cites ${id}.`)).toEqual([]);
  });

  test.each([...untested])('%s has none: %s', (id) => {
    expect(held).not.toContain(id);
    expect(rulesById.get(id)?.text).toContain('Not simulated');
  });
});

/** Why a link to a file of the project leads nowhere; null when it leads somewhere. */
function brokenLink(link: Link): string | null {
  const [path = '', fragment] = link.target.split('#');
  const file = path === '' ? link.file : join(dirname(link.file), path);
  if (!existsSync(join(root, file))) return `${at(link)} links to ${link.target}, and there is no ${file}.`;
  if (fragment === undefined || !file.endsWith('.md')) return null;
  const anchors = linesOf(file).flatMap((line) => {
    const heading = /^#{1,6} (.*)$/.exec(line)?.[1];
    return heading === undefined ? [] : [anchorOf(heading)];
  });
  if (anchors.includes(fragment)) return null;
  const [id = ''] = fragment.split('-');
  const meant = anchors.find((anchor) => anchor.split('-')[0] === id);
  const hint = meant === undefined ? '' : ` Is #${meant} meant?`;
  return `${at(link)} links to #${fragment}, which no heading of ${file} has.${hint}`;
}

test('every link between the documents leads to a file and a heading', () => {
  const links = pages.flatMap(linksIn).filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(links.flatMap((link) => brokenLink(link) ?? [])).toEqual([]);
});

describe('the pages of the rules link to what they rest on', () => {
  const rulePages = filesBelow('docs/rules', /\.md$/);

  test('every citation is a link to its own rule', () => {
    const unlinked = rulePages.flatMap((page) => {
      const lines = linesOf(page);
      return citationsIn(page).flatMap((each) => {
        if (lines[each.line - 1]?.startsWith(`[${each.id}]: `)) return [];
        const rule = rulesById.get(each.id);
        const definition = `[${each.id}]: ../loader/${rule?.page.split('/').at(-1)}#${rule?.anchor}`;
        if (!lines[each.line - 1]?.includes(`[${each.id}]`))
          return [`${at(each)} cites ${each.id} without a link.`];
        return lines.includes(definition)
          ? []
          : [`${at(each)} links to ${each.id} and lacks the line ${definition}`];
      });
    });
    expect(unlinked).toEqual([]);
  });

  test('every page names at least one rule', () => {
    expect(rulePages.filter((page) => citationsIn(page).length === 0)).toEqual([]);
  });
});
