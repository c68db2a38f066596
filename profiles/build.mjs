// Builds every embedded profile and the catalogue profiles.json out of real root file systems:
//
//     node profiles/build.mjs --rootfs FOLDER [--rootfs FOLDER …] [--check]
//
// The folders hold the tarballs that recipes.json names. With --check nothing is written: the files must come out as they are.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({
  options: {
    rootfs: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(here, '..', 'node_modules', '.profile-build-'));
try {
  const { buildProfile, parsePlatform } = await loadImageStage(folder);
  const recipes = JSON.parse(await readFile(join(here, 'recipes.json'), 'utf8'));
  const profiles = [];
  for (const recipe of recipes.profiles) profiles.push(await buildRecipe(recipe, recipes.configs, { buildProfile, parsePlatform }));
  await put('profiles.json', Buffer.from(`${JSON.stringify({ profiles }, null, 2)}\n`));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The stage is TypeScript: it is bundled first, as the command is. */
async function loadImageStage(outdir) {
  await build({
    stdin: {
      contents: "export * from './src/image/build-profile.ts'; export * from './src/image/reference/platform.ts';",
      resolveDir: join(here, '..'),
    },
    outfile: join(outdir, 'image.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return import(pathToFileURL(join(outdir, 'image.mjs')).href);
}

async function buildRecipe(recipe, configs, { buildProfile, parsePlatform }) {
  const files = [];
  let release = recipe.release;
  for (const { platform, tarball, date, madeFrom } of recipe.files) {
    const path = values.rootfs.map((rootfs) => join(rootfs, tarball)).find(existsSync);
    if (path === undefined) throw new Error(`${tarball} is in none of the folders given with --rootfs`);
    const { content, bytes } = await buildProfile(`tar:${path}`, {
      platform: parsePlatform(platform),
      fitting: null,
      env: {},
      config: configs[recipe.config],
      date,
      ...(madeFrom === undefined ? {} : { madeFrom }),
    });
    release = fillRelease(recipe.release, content);
    const file = `${recipe.name.replace(/[:/]/g, '-')}-${platform.replace('linux/', '').replace('/', '-')}.lcindex`;
    await put(file, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.push({ platform, file, sha256, size: bytes.length, provenance: content.provenance });
    console.log(`${file}  ${bytes.length} bytes  ${release}`);
  }
  const names = recipe.names.map((name) => fill(name, release));
  return { name: recipe.name, release, names, files };
}

/** `{etc/alpine-release}` in a release stands for the content of that file. */
function fillRelease(release, content) {
  return release.replace(/\{([^}]+)\}/g, (_, path) => {
    const entry = content.layers[0].entries.find((candidate) => candidate.path === path);
    if (entry?.content?.kind !== 'kept') throw new Error(`the root file system has no ${path}`);
    return Buffer.from(entry.content.bytes).toString('utf8').trim();
  });
}

/** `{release}` in a difference, and `{version}` (its number) in a tag. */
function fill(name, release) {
  const version = /\d+(\.\d+)+/.exec(release)?.[0] ?? '';
  return JSON.parse(JSON.stringify(name).replaceAll('{release}', release).replaceAll('{version}', version));
}

async function put(file, bytes) {
  const path = join(here, file);
  if (!values.check) return writeFile(path, bytes);
  if (!existsSync(path) || !bytes.equals(await readFile(path))) throw new Error(`${file} comes out differently`);
}
