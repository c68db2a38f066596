// Renews what is made from the definitions in src: tables of docs/cli.md and docs/rules.md, heads of docs/rules/*.md, names in
// the schema of the report.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('docs/write.ts', []);
