import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/libc-check.cjs', import.meta.url));

/** A clone that was not built: the launcher and the script that makes it ready, which is the test's own. */
let clone = '';
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'libc-check-clone-'));
  for (const folder of ['bin', 'scripts']) mkdirSync(join(clone, folder));
  copyFileSync(launcher, join(clone, 'bin/libc-check.cjs'));
});
afterEach(() => rmSync(clone, { recursive: true }));

function run(ready: string) {
  writeFileSync(join(clone, 'scripts/ready.mjs'), ready);
  const args = [join(clone, 'bin/libc-check.cjs'), 'a', '--image', 'b'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const building = `import { mkdirSync, writeFileSync } from 'node:fs';
const dist = new URL('../dist/cli/', import.meta.url);
mkdirSync(dist, { recursive: true });
writeFileSync(new URL('main.js', dist), 'console.log(process.argv.slice(2).join(" "))');
console.log('building');`;

describe('the command in a clone', () => {
  test('builds first, with all words about it on standard error, and then does what it was called for', () => {
    expect(run(building)).toEqual({ status: 0, stdout: 'a --image b\n', stderr: 'building\n' });
  });

  test('builds once', () => {
    run(building);
    expect(run('console.log("building again")')).toMatchObject({ stdout: 'a --image b\n', stderr: '' });
  });

  test('has no verdict where it cannot be built', () => {
    const { status, stdout } = run('process.exit(1)');
    expect([status, stdout]).toEqual([3, '']);
  });
});
