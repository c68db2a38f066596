// Bundles main.ts into node_modules/.cache and runs it: the sources import each other as TypeScript.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const outfile = 'node_modules/.cache/differential/main.mjs';
mkdirSync('node_modules/.cache/differential', { recursive: true });
await build({
  entryPoints: [fileURLToPath(import.meta.resolve('./main.ts'))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  external: ['dockerode'],
  define: { __LIBC_CHECK_VERSION__: '"differential"', __LIBC_CHECK_COMMIT__: '"development"' },
  logLevel: 'error',
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
});
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--max-old-space-size=8192', outfile, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 2;
