// The loop that asks the loader of a root file system about each of its programs: ld-so-loop.c.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, find, run } from './machine.mjs';
import { loaderOf } from './root-file-system.mjs';

/** { command } that asks about all `programs` in one process each, or the { reason } why it cannot be had. */
export function loaderLoop({ folder, ownsPaths }, programs) {
  const loader = loaderOf(folder);
  const compiler = find('cc') ?? find('gcc');
  if (loader === null) return { reason: 'the root file system has no glibc' };
  if (compiler === null) return { reason: 'no C compiler for the loop that asks the loader' };
  if (!ownsPaths && process.getuid?.() !== 0) return { reason: 'chroot needs root' };
  const loop = join(dataFolder, 'ld-so-loop');
  run([compiler, '-O2', '-o', loop, new URL('ld-so-loop.c', import.meta.url).pathname]);
  const list = join(dataFolder, 'programs');
  writeFileSync(list, programs.map((path) => `${path}\n`).join(''));
  return { command: { argv: [loop, loader, ...(ownsPaths ? [] : [folder])], input: list } };
}
