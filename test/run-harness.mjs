// Bundles a harness into node_modules/.cache and runs it: the sources import each other as TypeScript.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// The first argument is the entry point, a path below this folder; the rest is its own.
const [entry, ...words] = process.argv.slice(2);
const outfile = `node_modules/.cache/harness/${entry.replaceAll('/', '-')}.mjs`;
mkdirSync('node_modules/.cache/harness', { recursive: true });
await build({
  entryPoints: [fileURLToPath(import.meta.resolve(`./${entry}`))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  external: ['dockerode'],
  define: { __LIBC_CHECK_VERSION__: '"harness"', __LIBC_CHECK_COMMIT__: '"development"' },
  logLevel: 'error',
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--max-old-space-size=8192', outfile, ...words],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 2;
