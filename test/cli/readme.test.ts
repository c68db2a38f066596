import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rerun } from './console-blocks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const path = `${root}README.md`;

test('the README shows what its commands print', async () => {
  const blocks = await rerun(path);
  expect(blocks.length).toBeGreaterThan(4);
  for (const { written, now } of blocks) expect(now).toBe(written);
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
