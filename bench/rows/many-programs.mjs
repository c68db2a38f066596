// One process that checks every ELF program of a root file system against it, symbols and all; the root file system's own
// ld.so asked the same of each, and lddtree.
import { loaderLoop } from '../ld-so-loop.mjs';
import { find, libcCheck, works } from '../machine.mjs';
import { compare, leftOut, tellComparison } from '../measure.mjs';
import { indexOf, programFoldersOf, programsOf, rootFileSystem } from '../root-file-system.mjs';

const root = rootFileSystem();
const { folder, name } = root;
const programs = programsOf(folder);
const what = `one process, ${programs.length} programs of ${name} against it`;
const ours = {
  argv: libcCheck(...programFoldersOf(folder), '--image', indexOf(root), '--format', 'json'),
  statuses: [0, 1],
};

function againstLoader() {
  const { command, reason } = loaderLoop(root, programs);
  if (command === undefined) return leftOut(what, reason);
  tellComparison(what, 'its own ld.so asked the same', 1.0, compare({ ours, theirs: command, pairs: 15 }));
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
