// Makes src/loader/callers/node-exports.json from real programs: `node scripts/node-exports.mjs`. Takes some minutes.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('tables/node-exports.ts', process.argv.slice(2));
