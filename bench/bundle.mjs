// Rows that need the inside of the package are bundled with it and run in this process.
import { join } from 'node:path';
import { build } from 'esbuild';
import { dataFolder, root } from './machine.mjs';

/** Bundles bench/NAME.ts and runs it; gives what it exports. */
export async function bundled(name) {
  const outfile = join(dataFolder, `${name}.cjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    external: ['dockerode', 'undici', 'tar-stream', 'yargs'],
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  });
  return (await import(outfile)).default;
}
