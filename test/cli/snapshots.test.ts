import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rerun } from './console-blocks.ts';

const folder = fileURLToPath(new URL('./snapshots/', import.meta.url));

describe('the command line prints and ends as', () => {
  test.each(readdirSync(folder).sort())('%s says', async (file) => {
    const blocks = await rerun(`${folder}${file}`);
    expect(blocks.length).toBeGreaterThan(0);
    for (const { written, now } of blocks) expect(now).toBe(written);
  });
});
