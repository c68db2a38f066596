// Verdicts in one process, facts in memory: bundles verdicts.ts, which needs the inside of the package, and runs it.
import { join } from 'node:path';
import { build } from 'esbuild';
import { dataFolder, root } from '../machine.mjs';

const outfile = join(dataFolder, 'verdicts.cjs');
await build({
  absWorkingDir: root,
  entryPoints: ['bench/verdicts.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile,
  external: ['dockerode', 'undici', 'tar-stream', 'yargs'],
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
await import(outfile);
