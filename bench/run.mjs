// The benchmark: every row of docs/performance.md, or those that are named: npm run bench -- warm inspect
// With --against CHECKOUT: this build beside that of another checkout.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ready } from '../scripts/ready.mjs';
import { runAgainst } from './against.mjs';
import { describeMachine, root } from './machine.mjs';

ready();

function runRows(named) {
  const folder = fileURLToPath(new URL('rows', import.meta.url));
  const rows = readdirSync(folder).map((file) => file.replace(/\.mjs$/, ''));
  const unknown = named.filter((name) => !rows.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`no such row: ${unknown.join(', ')}; there are ${rows.join(', ')}\n`);
    process.exit(2);
  }
  for (const row of named.length > 0 ? named : rows) {
    const { status } = spawnSync(process.execPath, [`${folder}/${row}.mjs`], { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' } },
});
if (values.against !== undefined && positionals.length > 0) {
  process.stderr.write('--against has rows of its own: name none\n');
  process.exit(2);
}
process.stdout.write(`${describeMachine()}, ${new Date().toISOString().slice(0, 10)}\n\n`);
if (values.against === undefined) runRows(positionals);
else await runAgainst(values.against);
