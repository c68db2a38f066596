// Makes a clone ready to run: dependencies by the lockfile when they are missing or out of date, then a build when
// sources changed since the last one. Does nothing, and says nothing, when both were done before.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dependencyStamp = join(root, 'node_modules', '.libc-check-dependencies');
const buildStamp = join(root, 'node_modules', '.libc-check-built-from');
const buildInputs = [
  'src',
  'profiles',
  'docs/rules',
  'scripts/build.mjs',
  'scripts/build',
  'scripts/compile-schemas.mjs',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];
const oldestNode = [20, 19];

function readStamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function filesOf(path) {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.includes(`${join('schema', 'generated')}`))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(join(root, path)))) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs quietly: the output is shown only when it fails, and then this process ends. */
function runQuietly(command, args, env) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (result.status === 0) return;
  say([result.stdout, result.stderr, result.error?.message].filter(Boolean).join('\n'));
  say(`failed: ${command} ${args.join(' ')}`);
  process.exit(1);
}

/** Yarn reads no .npmrc: a registry that npm is configured for is handed on. */
function registryForYarn() {
  if (process.env.YARN_NPM_REGISTRY_SERVER) return {};
  const asked = spawnSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' });
  const registry = asked.status === 0 ? asked.stdout.trim() : '';
  return /^https?:/.test(registry) ? { YARN_NPM_REGISTRY_SERVER: registry } : {};
}

/** An install empties the folder first: through a link it would empty that of another checkout. */
function refuseSharedModules() {
  const modules = join(root, 'node_modules');
  if (!lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  say('node_modules is a symbolic link and its packages are not those of yarn.lock here.');
  say('Remove the link, so that this checkout gets a folder of its own.');
  process.exit(1);
}

export function ensureDependencies() {
  const wanted = hashOf(['yarn.lock', 'package.json']).digest('hex');
  if (readStamp(dependencyStamp) === wanted) return;
  refuseSharedModules();
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const yarn = `@yarnpkg/cli-dist@${packageManager.split('@')[1]}`;
  say('libc-check: installing dependencies by yarn.lock (once) …');
  runQuietly('npx', ['--yes', yarn, 'install', '--immutable'], {
    ...registryForYarn(),
    YARN_ENABLE_TELEMETRY: '0',
  });
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(dependencyStamp, wanted);
}

/** The commit is part of the build, so another commit is another build. */
function currentCommit() {
  if (process.env.LIBC_CHECK_COMMIT) return process.env.LIBC_CHECK_COMMIT;
  return spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout ?? '';
}

/** What a build is made from, as one hash. */
export function hashOfBuildInputs() {
  return hashOf(buildInputs).update(currentCommit()).digest('hex');
}

export function recordBuild(hash) {
  writeFileSync(buildStamp, hash);
}

export function ensureBuild() {
  const isBuilt = existsSync(join(root, 'dist', 'cli', 'main.js'));
  if (isBuilt && readStamp(buildStamp) === hashOfBuildInputs()) return;
  say('libc-check: building …');
  runQuietly(process.execPath, ['scripts/build.mjs']);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  say(`libc-check needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

export function ready() {
  checkNode();
  ensureDependencies();
  ensureBuild();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) ready();
