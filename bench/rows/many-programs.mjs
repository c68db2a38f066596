// One process that checks every ELF program of a root file system against it, symbols and all; the root file system's own
// ld.so asked the same of each, and lddtree.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, find, libcCheck, run, works } from '../machine.mjs';
import { compare, leftOut, tellComparison } from '../measure.mjs';
import { loaderOf, programFoldersOf, programsOf, rootFileSystem } from '../root-file-system.mjs';

const { folder, name, tarball, ownsPaths } = rootFileSystem();
const programs = programsOf(folder);
const what = `one process, ${programs.length} programs of ${name} against it`;
const index = join(dataFolder, 'root.lcindex');
run(libcCheck('profile', 'build', `tar:${tarball}`, '-o', index));
const ours = {
  argv: libcCheck(...programFoldersOf(folder), '--image', index, '--format', 'json'),
  statuses: [0, 1],
};

function againstLoader() {
  const loader = loaderOf(folder);
  const compiler = find('cc') ?? find('gcc');
  if (loader === null) return leftOut(what, 'the root file system has no glibc');
  if (compiler === null) return leftOut(what, 'no C compiler for the loop that asks the loader');
  if (!ownsPaths && process.getuid?.() !== 0) return leftOut(what, 'chroot needs root');
  const loop = join(dataFolder, 'ld-so-loop');
  run([compiler, '-O2', '-o', loop, new URL('../ld-so-loop.c', import.meta.url).pathname]);
  const list = join(dataFolder, 'programs');
  writeFileSync(list, programs.map((path) => `${path}\n`).join(''));
  const theirs = { argv: [loop, loader, ...(ownsPaths ? [] : [folder])], input: list };
  tellComparison(what, 'its own ld.so asked the same', 1.0, compare({ ours, theirs, pairs: 15 }));
}

function againstLddtree() {
  const lddtree = find('lddtree');
  const [first] = programs;
  if (lddtree === null || first === undefined) return leftOut('the same', 'no lddtree here');
  // It needs the packages of the Python that it was installed for, which is not always the first in PATH.
  const command = [[lddtree], ['/usr/bin/python3', lddtree]].find((words) =>
    works([...words, '-R', folder, first]),
  );
  if (command === undefined) return leftOut('the same', 'lddtree does not run here');
  const argv = [...command, '-R', folder, ...programs];
  tellComparison('the same', '`lddtree -R`', 0.3, compare({ ours, theirs: { argv }, pairs: 5 }));
}

againstLoader();
againstLddtree();
