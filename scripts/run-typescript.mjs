// Bundles a TypeScript file of this folder and runs it in the root of the repository: the oldest Node that is supported
// runs no TypeScript.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ready.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Gives the exit status. `script` is a path below `scripts/`. */
export async function runTypeScript(script, args) {
  ensureDependencies();
  const { build } = await import('esbuild');
  const folder = join(root, 'node_modules', '.cache', 'libc-check-scripts');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${script.replace(/\W/g, '-')}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [`scripts/${script}`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, [outfile, ...args], { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}
