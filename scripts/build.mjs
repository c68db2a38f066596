// Builds dist/: the command line as one file, the library as a bundle that is split where something is loaded on demand,
// the library's types, and the published JSON Schema. The folder is put in place at the end, whole.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileSchemas } from './compile-schemas.mjs';
import { ensureDependencies, hashOfBuildInputs, recordBuild } from './ready.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const staging = join(root, 'node_modules', `.libc-check-build-${process.pid}`);

/** The commit that `--version` tells: LIBC_CHECK_COMMIT, else git's HEAD, else `unknown` (a source archive). */
async function commit() {
  if (process.env.LIBC_CHECK_COMMIT) return process.env.LIBC_CHECK_COMMIT;
  try {
    const { stdout } = await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: root });
    return stdout.trim();
  } catch {
    return 'unknown';
  }
}

/** What both bundles have in common. */
async function commonOptions(version) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    define: {
      __LIBC_CHECK_VERSION__: JSON.stringify(version),
      __LIBC_CHECK_COMMIT__: JSON.stringify(await commit()),
    },
    logLevel: 'warning',
  };
}

/** Large, CommonJS, and not needed by every run. */
const packagesOnDemand = ['dockerode', 'undici', 'tar-stream'];
/** The same as ES modules: `require` of Node 20 takes none, so each becomes a CommonJS file beside the bundle. */
const modulesOnDemand = { yargs: 'yargs', 'zstddec/stream': 'zstddec' };

/** The command has those packages too as one file each: Node looks for a file as long as it takes to load a small one. */
const besideTheBundle = {
  name: 'beside-the-bundle',
  setup({ onResolve }) {
    const files = { ...modulesOnDemand, ...Object.fromEntries(packagesOnDemand.map((name) => [name, name])) };
    onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'entry-point' || !(path in files)
        ? undefined
        : { path: `./${files[path]}.js`, external: true },
    );
  },
};

/**
 * What dockerode loads at once and needs only to reach an engine over SSH or to build images takes 200 ms; here it is
 * loaded when it is first used, from where dockerode has it.
 */
const partsOfDockerode = {
  ssh2: (load) => `exports.Client = function (...args) { return new (${load}.Client)(...args); };`,
  '@grpc/grpc-js': (load) => `module.exports = new Proxy({}, { get: (_, key) => ${load}[key] });`,
  '@grpc/proto-loader': (load) => `module.exports = new Proxy({}, { get: (_, key) => ${load}[key] });`,
};
const lazyParts = {
  name: 'lazy-parts-of-dockerode',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:ssh2|@grpc\/(?:grpc-js|proto-loader))$/ }, ({ path, namespace }) =>
      namespace === 'lazy' ? undefined : { path, namespace: 'lazy' },
    );
    onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => {
      const owner = path === 'ssh2' ? ".resolve('docker-modem')" : null;
      const dockerode =
        "createRequire(require('node:module').createRequire(__filename).resolve('dockerode'))";
      const from = owner === null ? dockerode : `createRequire(${dockerode}${owner})`;
      const load = `${from}('${path}')`;
      return {
        contents: `const { createRequire } = require('node:module');\n${partsOfDockerode[path](load)}`,
      };
    });
  },
};

/** Of undici only what speaks HTTP: the rest (fetch, WebSocket, cookies, mocks) takes longer to load than that. */
const partsOfUndici = {
  name: 'parts-of-undici',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, ({ path }) => ({ path, namespace: 'undici' }));
    onLoad({ filter: /./, namespace: 'undici' }, () => ({
      contents: `Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, require('undici/lib/api'));
        exports.Agent = require('undici/lib/dispatcher/agent');
        exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent');`,
      resolveDir: root,
    }));
  },
};

/**
 * One CommonJS file: Node starts it in half the time of many ES modules. Its modules still run only when they are asked
 * for, and what few runs need stays a package of its own. `main.js` starts it with the code that is compiled already.
 */
async function bundleCommand(version) {
  const { build } = await import('esbuild');
  const common = await commonOptions(version);
  const commonjs = {
    ...common,
    outdir: join(staging, 'cli'),
    format: 'cjs',
    minify: true,
    define: { ...common.define, 'import.meta.url': 'libcCheckUrl' },
    banner: { js: "const libcCheckUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
  await build({
    ...commonjs,
    entryPoints: Object.entries(modulesOnDemand).map(([name, out]) => ({ in: name, out })),
    // An ES module that imports a CommonJS one takes all of `module.exports` for the default.
    footer: { js: 'module.exports = Object.assign(module.exports.default ?? {}, module.exports);' },
  });
  await build({
    ...commonjs,
    entryPoints: packagesOnDemand.map((name) => ({ in: name, out: name })),
    plugins: [lazyParts, partsOfUndici],
  });
  await build({
    ...commonjs,
    entryPoints: [
      { in: 'src/cli/start.ts', out: 'main' },
      { in: 'src/cli/main.ts', out: 'command' },
    ],
    plugins: [besideTheBundle],
    // Compiled code from a cache knows no `import()`: Node's own loader stands behind `require`.
    supported: { 'dynamic-import': false },
  });
  await writeFile(join(staging, 'cli', 'package.json'), '{ "type": "commonjs" }\n');
}

async function bundleLibrary(version) {
  const { build } = await import('esbuild');
  await build({
    ...(await commonOptions(version)),
    entryPoints: ['src/index.ts'],
    outdir: staging,
    outbase: 'src',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    external: packagesOnDemand,
    // CommonJS modules in the bundle ask for Node's own modules by `require`.
    banner: {
      js: "import { createRequire as libcCheckRequire } from 'node:module';\nconst require = libcCheckRequire(import.meta.url);",
    },
  });
}

async function makeExecutable(path) {
  const code = await readFile(path, 'utf8');
  if (!code.startsWith('#!')) await writeFile(path, `#!/usr/bin/env node\n${code}`);
  await chmod(path, 0o755);
}

async function declareTypes() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', join(staging, 'types')], {
    cwd: root,
  });
}

/** Declarations keep the `.ts` of the sources' imports; what stands beside them in the package are `.js` and `.d.ts`. */
async function nameDeclarations() {
  const types = join(staging, 'types');
  for (const file of await readdir(types, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const code = await readFile(join(types, file), 'utf8');
    await writeFile(
      join(types, file),
      code.replace(/(\b(?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'),
    );
  }
}

async function publishSchemas() {
  const source = join(root, 'src', 'schema');
  await mkdir(join(staging, 'schema'), { recursive: true });
  for (const file of await readdir(source)) {
    if (file.endsWith('.schema.json')) await copyFile(join(source, file), join(staging, 'schema', file));
  }
}

async function putInPlace() {
  const previous = `${staging}-previous`;
  await rename(dist, previous).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(staging, dist);
  await rm(previous, { recursive: true, force: true });
}

try {
  ensureDependencies();
  const builtFrom = hashOfBuildInputs();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await compileSchemas();
  await Promise.all([bundleCommand(version), bundleLibrary(version), declareTypes(), publishSchemas()]);
  await nameDeclarations();
  await makeExecutable(join(staging, 'cli', 'main.js'));
  await putInPlace();
  recordBuild(builtFrom);
} catch (error) {
  process.stderr.write(`${[error.stdout, error.stderr].filter(Boolean).join('\n') || error.stack}\n`);
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}
