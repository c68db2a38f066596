// Makes src/loader/scripts/options/node-options.json from real programs: `node scripts/node-options.mjs`. Takes some minutes.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('tables/node-options.ts', process.argv.slice(2));
