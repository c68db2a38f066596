// The library's types as one file: the declarations that its public face leads to, and nothing else. A package of few files
// is installed sooner, and its types are read in one place.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const fromClause = /^(?:import|export) (?:type )?\{([^}]*)\} from '([^']+)';\n/gm;
const declaration =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function|enum|namespace) ([\w$]+)/gm;

/** Runs the compiler; gives its declarations by the path of their source. */
async function emitDeclarations(root) {
  const folder = await mkdtemp(join(root, 'node_modules', '.libc-check-types-'));
  try {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder], { cwd: root });
    return await collect(folder, 'index.ts', new Map());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What one module declares and, before it, what the modules that it imports do. Throws Error for a type of a package. */
async function collect(folder, path, modules) {
  if (modules.has(path)) return modules;
  modules.set(path, '');
  const code = await readFile(join(folder, path.replace(/\.ts$/, '.d.ts')), 'utf8');
  for (const [, , specifier] of code.matchAll(fromClause)) {
    if (!specifier.startsWith('.')) throw new Error(`the types of ${path} need those of "${specifier}"`);
    await collect(folder, relative(folder, join(folder, dirname(path), specifier)), modules);
  }
  modules.delete(path);
  return modules.set(path, code);
}

/** The names between the braces of an import or an export. Throws Error for one that is renamed: its declaration is not. */
function namesIn(list, path) {
  const names = list.split(',').map((name) => name.trim().replace(/^type /, ''));
  const renamed = names.find((name) => name.includes(' '));
  if (renamed !== undefined) throw new Error(`${path}: the types are one file, so "${renamed}" cannot be`);
  return names.filter((name) => name !== '');
}

/** A module's declarations without its imports and exports. */
function withoutModule(code, path) {
  for (const [, list] of code.matchAll(fromClause)) namesIn(list, path);
  const rest = code
    .replace(fromClause, '')
    .replace(/^export \{\};\n/gm, '')
    .replace(/^export (?=(?:declare|interface|type) )/gm, '');
  const odd = /^(?:import|export)\b.*|\bimport\(.*/m.exec(rest);
  if (odd !== null) throw new Error(`${path}: the types are one file, which cannot have "${odd[0]}"`);
  return rest;
}

/** One file from all modules; only what `index.ts` exports is exported. Throws Error when two modules declare one name. */
function joinModules(modules) {
  const owners = new Map();
  const parts = [];
  const exported = [];
  for (const [path, code] of modules) {
    if (path === 'index.ts') {
      for (const [, list] of code.matchAll(fromClause)) exported.push(...namesIn(list, path));
      continue;
    }
    for (const [, name] of code.matchAll(declaration)) {
      const owner = owners.get(name) ?? path;
      if (owner !== path)
        throw new Error(`the types are one file, and ${owner} and ${path} both have ${name}`);
      owners.set(name, path);
    }
    parts.push(withoutModule(code, path));
  }
  return `${parts.join('')}export { ${[...new Set(exported)].sort().join(', ')} };\n`;
}

/**
 * Writes `index.d.cts` into `outFolder`, for `require`, and `index.d.ts`, for `import`, which has the same types: they belong
 * to one CommonJS module, as the code does.
 */
export async function declareTypes({ root, outFolder }) {
  const types = joinModules(await emitDeclarations(root));
  await mkdir(outFolder, { recursive: true });
  await writeFile(join(outFolder, 'index.d.cts'), types);
  await writeFile(join(outFolder, 'index.d.ts'), "export * from './index.cjs';\n");
}
