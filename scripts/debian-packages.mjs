// Renews Debian's names in src/advice/packages.json from the mirror's lists of files: `node scripts/debian-packages.mjs`.
import { runTypeScript } from './run-typescript.mjs';

process.exitCode = await runTypeScript('tables/debian-packages.ts', process.argv.slice(2));
