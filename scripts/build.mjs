// Builds what the package consists of: in dist/ the command, the library, its types, the profiles, the pages of the rules
// and the published JSON Schemas; and THIRD-PARTY-LICENSES. The folder is put in place at the end, whole.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from './build/bundles.mjs';
import { declareTypes } from './build/declarations.mjs';
import { packProfiles } from './build/profiles.mjs';
import { thirdPartyLicenses } from './build/third-party-licenses.mjs';
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

async function makeExecutable(path) {
  const code = await readFile(path, 'utf8');
  if (!code.startsWith('#!')) await writeFile(path, `#!/usr/bin/env node\n${code}`);
  await chmod(path, 0o755);
}

async function publishSchemas() {
  const source = join(root, 'src', 'schema');
  await mkdir(join(staging, 'schema'), { recursive: true });
  for (const file of await readdir(source)) {
    if (file.endsWith('.schema.json')) await copyFile(join(source, file), join(staging, 'schema', file));
  }
}

/** All pages of rules as one file, by the id of the rule: a package of few files is installed sooner. */
async function packRulePages() {
  const source = join(root, 'docs', 'rules');
  const pages = {};
  for (const file of (await readdir(source)).filter((name) => name.endsWith('.md')).sort())
    pages[file.slice(0, -'.md'.length)] = await readFile(join(source, file), 'utf8');
  await mkdir(staging, { recursive: true });
  await writeFile(join(staging, 'rule-pages.json'), `${JSON.stringify(pages)}\n`);
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
  const [bundledFiles] = await Promise.all([
    bundle({ root, outFolder: staging, version, commit: await commit() }),
    declareTypes({ root, outFolder: staging }),
    publishSchemas(),
    packRulePages(),
    packProfiles({ root, outFolder: staging }),
  ]);
  await makeExecutable(join(staging, 'cli', 'main.js'));
  const licenses = await thirdPartyLicenses(root, bundledFiles);
  await putInPlace();
  await writeFile(join(root, 'THIRD-PARTY-LICENSES'), licenses);
  recordBuild(builtFrom);
} catch (error) {
  process.stderr.write(`${[error.stdout, error.stderr].filter(Boolean).join('\n') || error.stack}\n`);
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}
