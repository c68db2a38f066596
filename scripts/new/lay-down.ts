import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type LaidDown, LayDownError, type ReadFile } from './laid-down.ts';
import { newLoaderCase } from './loader-case.ts';
import { newRule } from './rule.ts';

const kinds: Readonly<Record<string, (name: string, read: ReadFile) => LaidDown>> = {
  rule: newRule,
  case: newLoaderCase,
};

function layDown([kind = '', name, ...others]: readonly string[]): LaidDown {
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (make === undefined || name === undefined || others.length > 0)
    throw new LayDownError('usage: npm run new -- rule NAME, or npm run new -- case NAME');
  return make(name, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : null));
}

try {
  const { files, next } = layDown(process.argv.slice(2));
  for (const [path, text] of files) {
    process.stdout.write(`${existsSync(path) ? 'changed' : 'written'}  ${path}\n`);
    writeFileSync(path, text);
  }
  process.stdout.write(`\nNext:\n${next.map((step, i) => `${i + 1}. ${step}\n`).join('')}`);
} catch (error) {
  if (!(error instanceof LayDownError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
