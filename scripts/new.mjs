// Lays down the files of a new rule or of a new loader case: `npm run new -- rule NAME`, `npm run new -- case NAME`.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('new/lay-down.ts', process.argv.slice(2));
