// This checkout beside another one, in turns in one run, each with a cache of its own: for a change that must not slow it down.
//
//     npm run bench -- --against /path/of/another/checkout
//
// The other one must be built: `npm run build` in it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { largeExecutable } from './large-executable.mjs';
import { predictionApi, root, run } from './machine.mjs';
import { compare, leftOut, tellComparison } from './measure.mjs';
import { oneLayer, registryReason, withRegistry } from './registry.mjs';
import { programFoldersOf, programsOf, rootFileSystem } from './root-file-system.mjs';

function builtCommand(checkout) {
  const command = join(checkout, 'dist', 'cli', 'main.js');
  if (existsSync(command)) return command;
  process.stderr.write(`${command} is missing: run \`npm run build\` in ${checkout}\n`);
  process.exit(2);
}

/** One of the two builds. Compiled code is kept by version, so two builds of one version need two caches. */
function build(checkout, folder) {
  const command = builtCommand(checkout);
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  const index = join(folder, 'root.lcindex');
  return {
    index,
    command: (...args) => ({ argv: [process.execPath, command, ...args], statuses: [0, 1], env }),
    indexTarball(tarball) {
      const argv = [process.execPath, command, 'profile', 'build', `tar:${tarball}`, '-o', index];
      run(argv, { env: { ...process.env, ...env } });
    },
  };
}

function row(what, builds, pairs, argsOf) {
  const [ours, theirs] = builds.map((each) => each.command(...argsOf(each)));
  tellComparison(what, 'the other build', null, compare({ ours, theirs, pairs }));
}

async function rows(builds) {
  const warm = [predictionApi, '--image', 'profile:alpine:3.19'];
  row('warm check, prediction-api × alpine:3.19', builds, 61, () => warm);
  const large = await largeExecutable();
  row('`inspect` of a 100 MB executable, its hash known', builds, 31, () => ['inspect', large]);
  row('the same, its hash not known', builds, 21, () => ['inspect', '--no-cache', large]);
  const base = rootFileSystem();
  for (const each of builds) each.indexTarball(base.tarball);
  const many = `one process, ${programsOf(base.folder).length} programs of ${base.name} against it`;
  const folders = programFoldersOf(base.folder);
  row(many, builds, 21, ({ index }) => [...folders, '--image', index, '--format', 'json']);
  const cold = (image) => () => [predictionApi, '--image', image, '--no-cache'];
  row(`cold check, ${base.name} as a tarball`, builds, 11, cold(`tar:${base.tarball}`));
  const reason = registryReason();
  const what = `cold check, ${base.name} from a registry on loopback`;
  if (reason !== null) return leftOut(what, reason);
  await withRegistry({ small: oneLayer(base) }, (host) =>
    row(what, builds, 11, cold(`registry:${host}/bench/small:1`)),
  );
}

/** All rows of the comparison with the build of another checkout. */
export async function runAgainst(other) {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-against-'));
  try {
    await rows([build(root, join(folder, 'ours')), build(resolve(other), join(folder, 'theirs'))]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
