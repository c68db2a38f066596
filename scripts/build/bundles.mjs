// The code of dist/: the command and the library in one CommonJS file, and in packages/ one file for each package that
// few runs need. Every package that the code uses is inside, so that nothing is to be installed with it.

import { writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';

/** Large packages that few runs need: import specifier → file in `packages/`. */
const packagesOnDemand = {
  dockerode: 'dockerode.cjs',
  tldts: 'tldts.cjs',
  undici: 'undici.cjs',
  'tar-stream': 'tar-stream.cjs',
  yargs: 'yargs.cjs',
  yauzl: 'yauzl.cjs',
  'zstddec/stream': 'zstddec.cjs',
};
const esModules = ['yargs', 'zstddec/stream'];

/** Node looks for a file as long as it takes to load a small one, so each of those packages is one file. */
const requiredOnDemand = (folder) => ({
  name: 'required-on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'entry-point' || !(path in packagesOnDemand)
        ? undefined
        : { path: `${folder}/${packagesOnDemand[path]}`, external: true },
    );
  },
});

/**
 * What dockerode loads at once and libc-check never calls: its SSH client (`src/image/engine/` has its own way there),
 * BuildKit's sessions over gRPC, the packing of build contexts, and colours of its debug output.
 */
const withoutUnusedParts = {
  name: 'without-unused-parts-of-dockerode',
  setup({ onResolve, onLoad }) {
    const unused =
      /^(?:ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|tar-fs|@balena\/dockerignore|supports-color)$/;
    onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
    onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Of undici only what speaks HTTP: the rest (fetch, WebSocket, cookies, mocks) takes longer to load than that. */
const onlyHttpOfUndici = (root) => ({
  name: 'only-http-of-undici',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, ({ path }) => ({ path, namespace: 'undici' }));
    onLoad({ filter: /./, namespace: 'undici' }, () => ({
      contents: `Object.assign(require('undici/lib/dispatcher/dispatcher').prototype, require('undici/lib/api'));
        exports.Agent = require('undici/lib/dispatcher/agent');
        exports.Pool = require('undici/lib/dispatcher/pool');
        exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent');`,
      resolveDir: root,
    }));
  },
});

/** What all bundles have in common: CommonJS, which Node starts in half the time of many ES modules. */
const commonOptions = ({ root, version, commit }) => ({
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  define: {
    __LIBC_CHECK_VERSION__: JSON.stringify(version),
    __LIBC_CHECK_COMMIT__: JSON.stringify(commit),
    'import.meta.url': 'libcCheckUrl',
  },
  banner: { js: "const libcCheckUrl = require('node:url').pathToFileURL(__filename).href;" },
  // Compiled code from a cache has no `import()`; with `require` a module still runs only when it is asked for.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
});

async function bundlePackages(build, common, { root, outFolder }) {
  const entriesOf = (names) =>
    names.map((name) => ({ in: name, out: packagesOnDemand[name].replace(/\.cjs$/, '') }));
  const options = {
    ...common,
    outdir: join(outFolder, 'packages'),
    outExtension: { '.js': '.cjs' },
    minify: true,
  };
  return [
    await build({
      ...options,
      entryPoints: entriesOf(esModules),
      // An ES module that imports a CommonJS one takes all of `module.exports` for the default.
      footer: { js: 'module.exports = Object.assign(module.exports.default ?? {}, module.exports);' },
    }),
    await build({
      ...options,
      entryPoints: entriesOf(Object.keys(packagesOnDemand).filter((name) => !esModules.includes(name))),
      plugins: [withoutUnusedParts, onlyHttpOfUndici(root)],
    }),
  ];
}

/**
 * `program.cjs`, the code of the command and of the library; `cli/main.js`, which runs it with the code that is compiled already;
 * `index.cjs` and `index.js`, the library of it for `require` and `import`, so that both have the same classes.
 */
async function bundleProgram(build, common, { outFolder }) {
  const minified = { ...common, minify: true };
  const program = join(outFolder, 'program.cjs');
  const results = [
    await build({
      ...minified,
      entryPoints: ['src/cli/program.ts'],
      outfile: program,
      plugins: [requiredOnDemand('./packages')],
    }),
    await build({
      ...minified,
      entryPoints: [{ in: 'src/cli/start.ts', out: 'main' }],
      outdir: join(outFolder, 'cli'),
    }),
  ];
  await writeFile(join(outFolder, 'cli', 'package.json'), '{ "type": "commonjs" }\n');
  const names = Object.keys(createRequire(import.meta.url)(program))
    .filter((name) => name !== 'runProcess')
    .sort();
  await writeFile(
    join(outFolder, 'index.cjs'),
    `const { ${names.join(', ')} } = require('./program.cjs');\nmodule.exports = { ${names.join(', ')} };\n`,
  );
  await writeFile(join(outFolder, 'index.js'), `export { ${names.join(', ')} } from './index.cjs';\n`);
  return results;
}

/** Node's own modules that packages require are asked of the process: an ES module has no `require` that all bundlers leave alone. */
const builtinsOfTheProcess = {
  name: 'builtins-of-the-process',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'require-call' && isBuiltin(path)
        ? { path: path.replace(/^(?:node:)?/, 'node:'), namespace: 'builtin' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/**
 * `module.js`, the library for bundlers: one ES module without files beside it. A bundler that makes CommonJS of it leaves no
 * `import.meta.url`.
 */
function bundleForBundlers(build, { define, banner: _cjs, ...common }, { root, outFolder }) {
  const { 'import.meta.url': _url, ...constants } = define;
  return build({
    ...common,
    define: constants,
    format: 'esm',
    entryPoints: ['src/index.ts'],
    outfile: join(outFolder, 'module.js'),
    minify: true,
    plugins: [builtinsOfTheProcess, withoutUnusedParts, onlyHttpOfUndici(root)],
  });
}

/**
 * Writes the code into `outFolder`. Gives the files below `root` that went into it, as esbuild names them: their text or a
 * part of it is in the output. `commit` is what `--version` prints.
 */
export async function bundle({ root, outFolder, version, commit }) {
  const { build } = await import('esbuild');
  const common = commonOptions({ root, version, commit });
  const results = await Promise.all([
    bundlePackages(build, common, { root, outFolder }),
    bundleProgram(build, common, { outFolder }),
    bundleForBundlers(build, common, { root, outFolder }),
  ]);
  const inputs = results
    .flat()
    .flatMap(({ metafile }) => Object.values(metafile.outputs))
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  return [...new Set(inputs)].sort();
}
