// Runs the tests and ends with one line: `N passed, N failed` (`, N skipped` when some were skipped, after saying
// which and why). Arguments go to vitest: `npm test -- test/elf`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from './ready.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function runVitest(args, tallyFile) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'tally-reporter.mjs')}`];
  const env = { ...process.env, LIBC_CHECK_TALLY: tallyFile };
  return spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  }).status;
}

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, leftOut: [] };
  }
}

function tellLeftOut(leftOut) {
  if (leftOut.length === 0) return;
  process.stdout.write('\nSkipped:\n');
  for (const { file, name, tests, note } of leftOut) {
    const count = tests === 1 ? '1 test' : `${tests} tests`;
    process.stdout.write(`  ${file}: ${name} (${count})${note ? `: ${note}` : ''}\n`);
  }
  process.stdout.write('\n');
}

ready();
const folder = mkdtempSync(join(tmpdir(), 'libc-check-tally-'));
try {
  const tallyFile = join(folder, 'tally.json');
  const status = runVitest(process.argv.slice(2), tallyFile);
  const tally = readTally(tallyFile);
  if (status !== 0 && tally.failed === 0) tally.failed = 1;
  tellLeftOut(tally.leftOut);
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  process.stdout.write(`${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
