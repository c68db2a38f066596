import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import { rerun } from './console-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const path = `${root}README.md`;

test('the README shows what its commands print', async () => {
  const blocks = await rerun(path);
  expect(blocks.length).toBeGreaterThan(4);
  for (const { written, now } of blocks) expect(now).toBe(written);
});

test('the README has a row for every rule', () => {
  const rows = rules.map(({ id, severity, title }) => `| \`${id}\` | ${severity} | ${title} |\n`).join('');
  const table = /^\| rule \| severity \| \|\n\|---\|---\|---\|\n((?:\|.*\n)*)/m;
  const readme = readFileSync(path, 'utf8');
  if (process.env['LIBC_CHECK_UPDATE'] === '1') {
    writeFileSync(
      path,
      readme.replace(table, (all, old: string) => all.slice(0, all.length - old.length) + rows),
    );
  } else {
    expect(table.exec(readme)?.[1]).toBe(rows);
  }
});

test('the example of the library in the README prints what it says', () => {
  const [, program = '', output] =
    /```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8')) ?? [];
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stderr, stdout]).toEqual(['', output]);
});
