// Writes src/rules/musl-symbols.json: what each release of Alpine's musl exports first. Arguments: folders, each with an unpacked
// root file system of one release of Alpine (x86_64), oldest first.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('tables/musl-symbols.ts', process.argv.slice(2));
