import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { table, withBlock } from '../../scripts/docs/blocks.ts';
import { generatedFiles } from '../../scripts/docs/generated-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('what is made from the definitions is as they are:', () => {
  test.each(generatedFiles.map(({ path, renew }) => [path, renew] as const))('%s', (path, renew) => {
    if (!existsSync(`${root}${path}`)) return expect.fail(`${path} is not there: write it`);
    const text = readFileSync(`${root}${path}`, 'utf8');
    if (renew(text) !== text) expect.fail(`${path} is stale: run npm run docs`);
  });
});

describe('a block', () => {
  const page = 'before\n<!-- generated: a -->\nold\n<!-- end of generated -->\nafter\n';

  test('is renewed and nothing else', () => {
    const renewed = 'before\n<!-- generated: a -->\n\nnew\n\n<!-- end of generated -->\nafter\n';
    expect(withBlock(page, 'a', 'new')).toBe(renewed);
    expect(withBlock(renewed, 'a', 'new')).toBe(renewed);
  });

  test.each(['b', 'a -->'])('%s that is not there is an error', (name) => {
    expect(() => withBlock(page, name, 'new')).toThrow(`there is no block "${name}"`);
  });
});

test('a cell of a table may hold a bar', () => {
  expect(table(['a', 'b'], [['1|2', '3']])).toBe('| a | b |\n|---|---|\n| 1\\|2 | 3 |');
});
