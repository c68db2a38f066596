// The library's types: the declarations that its public face leads to, and nothing else.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const specifier = /(\b(?:from|import\()\s*)(['"])([^'"]+)\2/g;

async function emitDeclarations(root, folder) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: root });
}

/** Copies one declaration as `.d.cts`, and what it imports. Throws Error for a type that is not of this package. */
async function copyDeclaration(from, to, path, done) {
  if (done.has(path)) return;
  done.add(path);
  const code = await readFile(join(from, path.replace(/\.ts$/, '.d.ts')), 'utf8');
  const imported = [];
  const renamed = code.replace(specifier, (_, before, quote, name) => {
    if (!name.startsWith('.')) throw new Error(`the types of ${path} need those of "${name}"`);
    imported.push(relative(from, join(from, dirname(path), name)));
    return `${before}${quote}${name.replace(/\.ts$/, '.cjs')}${quote}`;
  });
  const target = join(to, path.replace(/\.ts$/, '.d.cts'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, renamed);
  for (const next of imported) await copyDeclaration(from, to, next, done);
}

/**
 * Writes `types/index.d.cts` and what it needs into `outFolder`, for `require`, and `index.d.ts` for `import`, which has the
 * same types: they belong to one CommonJS module, as the code does.
 */
export async function declareTypes({ root, outFolder }) {
  const emitted = await mkdtemp(join(root, 'node_modules', '.libc-check-types-'));
  try {
    await emitDeclarations(root, emitted);
    await copyDeclaration(emitted, join(outFolder, 'types'), 'index.ts', new Set());
    await mkdir(outFolder, { recursive: true });
    await writeFile(join(outFolder, 'index.d.ts'), "export * from './types/index.cjs';\n");
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}
