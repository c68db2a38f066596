import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeNeeding, needEngine } from '../needs.ts';
import { command, commandMust } from './command.ts';
import { engineName, load, removeLoaded, run } from './engine.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { imageRecipes } from './images.ts';
import { file, type Layer, whiteout, withParents } from './layer.ts';
import { type Checked, libcCheck } from './libc-check.ts';
import { fixture, fixturePath, needMachineFiles, needNoEmulator } from './machine-files.ts';
import { foreignRows, type Row, rows } from './rows.ts';
import { coreOf } from './seen.ts';

function titleOf({ image, binary, at, mode, add, env, user }: Row): string {
  const details = [
    at === undefined ? '' : ` at ${at}`,
    mode === undefined ? '' : ` with mode ${mode.toString(8)}`,
    add === undefined ? '' : `, ${add[0]} added at ${add[1]}`,
    env === undefined ? '' : `, ${env}`,
    user === undefined ? '' : `, as ${user}`,
  ];
  const subject = typeof binary === 'string' ? binary : JSON.stringify(binary.text);
  return `${subject}${details.join('')} in ${image}`;
}

function nameOf({ binary }: Row): string {
  return typeof binary === 'string' ? basename(binary) : 'script';
}

function bytesOf({ binary }: Row): Buffer {
  return typeof binary === 'string' ? fixture(binary) : Buffer.from(binary.text);
}

function pathOf(row: Row): string {
  return row.at ?? `/app/${nameOf(row)}`;
}

function addedFiles({ add }: Row): Layer {
  if (add === undefined) return [];
  const [from, to] = add;
  return readdirSync(fixturePath(from)).map((name) =>
    file(`${to.slice(1)}/${name}`, fixture(`${from}/${name}`), 0o755),
  );
}

/** The image as a Dockerfile that copies the program into it makes it. */
function withProgram(recipe: ImageRecipe, row: Row): ImageRecipe {
  const copied = file(pathOf(row).slice(1), bytesOf(row), row.mode ?? 0o755);
  const existing = recipe.layers.flatMap((layer) => layer.map(({ path }) => path));
  return { ...recipe, layers: [...recipe.layers, withParents([copied, ...addedFiles(row)], existing)] };
}

/** Lets the image's own ldconfig write /etc/ld.so.cache and gives the file. */
async function cacheOf(recipe: ImageRecipe, folder: string): Promise<Buffer> {
  const container = basename(folder);
  const path = join(folder, 'ld.so.cache');
  try {
    const tag = await load(recipe, 'ldconfig');
    await commandMust('docker', ['run', '--name', container, '--network', 'none', tag, '/sbin/ldconfig']);
    await commandMust('docker', ['cp', `${container}:/etc/ld.so.cache`, path]);
  } finally {
    await command('docker', ['rm', '--force', container]);
  }
  return readFileSync(path);
}

describeNeeding('libc-check beside docker run', [needEngine(), needMachineFiles()], () => {
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-e2e-'));
  const recipes = new Map<string, ImageRecipe>();
  let engine = '';

  beforeAll(async () => {
    engine = await engineName();
    const named = imageRecipes();
    for (const [name, recipe] of Object.entries(named)) recipes.set(name, recipe);
    const { layers } = named['glibc, with ldconfig'];
    const cached = [...layers, [file('etc/ld.so.cache', await cacheOf({ layers }, folder))]];
    recipes.set('glibc, ld.so.cache', { layers: cached });
    recipes.set('glibc, stale ld.so.cache', {
      layers: [...cached, [whiteout('opt/model/lib/libmodel.so.1')]],
    });
  });
  afterAll(async () => {
    await removeLoaded();
    rmSync(folder, { recursive: true, force: true });
  });

  async function checkRow(row: Row, recipe: ImageRecipe): Promise<Checked> {
    const copy = join(mkdtempSync(join(folder, 'binary-')), nameOf(row));
    writeFileSync(copy, bytesOf(row));
    chmodSync(copy, row.mode ?? 0o755);
    const added = row.add === undefined ? [] : ['--add', `${fixturePath(row.add[0])}:${row.add[1]}`];
    const image = `docker:${await load(recipe, row.image)}`;
    const start = [
      ...(row.env === undefined ? [] : ['--env', row.env]),
      ...(row.user === undefined ? [] : ['--user', row.user]),
    ];
    return libcCheck([copy, '--image', image, '--at', pathOf(row), ...added, ...start, '--engine', engine]);
  }

  async function compare(row: Row): Promise<void> {
    const recipe = recipes.get(row.image);
    if (recipe === undefined) throw new Error(`no image ${row.image}`);
    const child = await load(withProgram(recipe, row), titleOf(row));
    const [real, checked] = await Promise.all([
      run(child, [pathOf(row), ...(row.args ?? [])], row),
      checkRow(row, recipe),
    ]);

    const { verdict, seen } = checked.result;
    const starts = real.exitStatus === 0;
    expect({
      verdict,
      commandExit: checked.exitStatus,
      exitStatus: seen?.exitStatus ?? 0,
      message: coreOf(seen?.message ?? ''),
    }).toEqual({
      verdict: starts ? 'runs' : 'fails',
      commandExit: starts ? 0 : 1,
      exitStatus: real.exitStatus,
      message: coreOf(real.stderr),
    });
  }

  const table = (of: readonly Row[]) => of.map((row) => [titleOf(row), row] as const);
  test.concurrent.each(table(rows))('%s', async (_title, row) => compare(row));
  describeNeeding('programs of another machine', [needNoEmulator()], () => {
    test.concurrent.each(table(foreignRows))('%s', async (_title, row) => compare(row));
  });
});
