import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { describeNeeding, needProgram, needRoot } from '../../needs.ts';

const musl = needProgram('musl-gcc', ['--version']);

describeNeeding('mutated programs, started for real', [needRoot, needProgram('gcc'), musl], () => {
  test('none is said to run that does not, and none to fail that starts', { timeout: 300_000 }, () => {
    const only = '^(glibc PIE|musl PIE)$';
    const words = ['differential/mutated/main.ts', '--count', '30', '--seed', '31', '--only', only];
    const { status, stdout, stderr } = spawnSync(process.execPath, ['test/run-harness.mjs', ...words], {
      encoding: 'utf8',
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toMatch(/^\d{2,} starts of 2 samples\./);
  });
});
