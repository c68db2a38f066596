import type { RelativePlaces } from './relative-places.ts';

/** So many bytes of a file name are read. */
const maxName = 1024;

/** NODE_MODULE_VERSION of Node.js 0.10 is 11; -1 is Node-API's. */
const leastVersion = 11;
const mostVersion = 4096;

/** `__FILE__` of what calls NODE_MODULE. */
const sourceFile = /\.(c|cc|cpp|cxx|c\+\+|C|h|hpp|mm|m|rs|cu)$/;

/**
 * NODE_MODULE_VERSION in the `node::node_module` that a constructor of an addon passes to `node_module_register` (node.h):
 * `int nm_version; unsigned nm_flags; void* nm_dso_handle; const char* nm_filename;` two functions, `const char* nm_modname`.
 * Null where there is no such structure or more than one version. `word` is the size of a pointer.
 */
export function nodeModuleVersionIn(places: RelativePlaces, word: number): number | null {
  const versions = new Set<number>();
  for (const filename of places.all()) {
    if (!places.has(filename + 3 * word)) continue;
    const head = places.bytesAt(filename - 8 - word, 8 + word);
    if (head === null || head.word(8) !== 0) continue;
    const version = head.u32(0);
    if (version < leastVersion || version > mostVersion || head.u32(4) > 0xff) continue;
    const target = places.target(filename);
    if (target !== null && sourceFile.test(places.textAt(target, maxName))) versions.add(version);
  }
  const [only, ...others] = versions;
  return only === undefined || others.length > 0 ? null : only;
}
