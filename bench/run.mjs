// The benchmark: every row of docs/performance.md, or those that are named: npm run bench -- warm inspect
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ready } from '../scripts/ready.mjs';
import { describeMachine, root } from './machine.mjs';

ready();
const folder = fileURLToPath(new URL('rows', import.meta.url));
const rows = readdirSync(folder).map((file) => file.replace(/\.mjs$/, ''));
const named = process.argv.slice(2);
const unknown = named.filter((name) => !rows.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such row: ${unknown.join(', ')}; there are ${rows.join(', ')}\n`);
  process.exit(2);
}
process.stdout.write(`${describeMachine()}, ${new Date().toISOString().slice(0, 10)}\n\n`);
for (const row of named.length > 0 ? named : rows) {
  const { status } = spawnSync(process.execPath, [`${folder}/${row}.mjs`], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
