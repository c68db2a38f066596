import { createHash } from 'node:crypto';
import { command, commandMust, type Outcome } from './command.ts';
import { archiveOf, type ImageRecipe } from './image-recipe.ts';

const prefix = `libc-check-e2e-${process.pid}`;
const tags = new Map<string, Promise<string>>();

async function loadAs(tag: string, recipe: ImageRecipe): Promise<string> {
  await commandMust('docker', ['load', '--quiet'], await archiveOf(recipe, tag));
  return tag;
}

/** Loads the image into the engine, once for each name, and gives its tag. `removeLoaded` removes them. */
export function load(recipe: ImageRecipe, name: string): Promise<string> {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  const tag = `${prefix}:image-${name.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 100)}-${digest}`;
  const known = tags.get(tag) ?? loadAs(tag, recipe);
  tags.set(tag, known);
  return known;
}

/** Removes what `load` loaded. */
export async function removeLoaded(): Promise<void> {
  if (tags.size > 0) await command('docker', ['image', 'rm', '--force', ...tags.keys()]);
  tags.clear();
}

/** `docker run` without a network. */
export function run(
  tag: string,
  args: readonly string[],
  { env, user }: { readonly env?: string; readonly user?: string } = {},
): Promise<Outcome> {
  const start = [
    ...(env === undefined ? [] : ['--env', env]),
    ...(user === undefined ? [] : ['--user', user]),
  ];
  return command('docker', ['run', '--rm', '--network', 'none', ...start, tag, ...args]);
}

/** Which of libc-check's engines prints and exits as this one: Docker before 25 and its runc 1.1 do so differently. */
export async function engineName(): Promise<'docker' | 'docker-20.10'> {
  const version = await commandMust('docker', ['version', '--format', '{{.Server.Version}}']);
  return Number.parseInt(version, 10) < 25 ? 'docker-20.10' : 'docker';
}
