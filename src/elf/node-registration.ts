import type { RangeReader } from './bytes/range-reader.ts';
import { DT_REL, DT_RELA, DT_RELASZ, DT_RELSZ } from './constants.ts';
import { type DynamicTags, readDynamicTags } from './dynamic-tags.ts';
import type { DynamicSection, Segment } from './elf-file.ts';
import { fileRangeOf } from './segments.ts';

/** So many bytes of a relocation table are read, and so many of a file name. */
const maxTable = 8 * 1024 * 1024;
const maxName = 1024;

/** NODE_MODULE_VERSION of Node.js 0.10 is 11; -1 is Node-API's. */
const leastVersion = 11;
const mostVersion = 4096;

/** `__FILE__` of what calls NODE_MODULE. */
const sourceFile = /\.(c|cc|cpp|cxx|c\+\+|C|h|hpp|mm|m|rs|cu)$/;

/** Addresses that relocations without a symbol fill, and what they add; null: it stands at the address. */
function relativePlaces(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
): Map<number, number | null> {
  const places = new Map<number, number | null>();
  const word = reader.layout.class / 8;
  for (const [table, size, words] of [
    [DT_RELA, DT_RELASZ, 3],
    [DT_REL, DT_RELSZ, 2],
  ] as const) {
    const address = tags.value(table);
    const range = address === null ? null : fileRangeOf(segments, address);
    if (range === null) continue;
    const length = Math.min(tags.value(size) ?? 0, range.available, maxTable);
    const bytes = reader.read('relocations', range.offset, length);
    for (let at = 0; at + words * word <= bytes.length; at += words * word) {
      const info = bytes.word(at + word);
      const symbol = reader.layout.class === 64 ? Math.floor(info / 2 ** 32) : info >>> 8;
      if (symbol === 0) places.set(bytes.word(at), words === 3 ? bytes.word(at + 2 * word) : null);
    }
  }
  return places;
}

/**
 * NODE_MODULE_VERSION in the `node::node_module` that a constructor of an addon passes to `node_module_register` (node.h):
 * `int nm_version; unsigned nm_flags; void* nm_dso_handle; const char* nm_filename;` two functions, `const char* nm_modname`.
 * Null for other files, and where there is no such structure or more than one version.
 */
export function readNodeRegistration(
  reader: RangeReader,
  segments: readonly Segment[],
  dynamic: DynamicSection | null,
): number | null {
  const asks = dynamic?.symbols.some(({ name, defined }) => !defined && name === 'node_module_register');
  const tags = asks === true ? readDynamicTags(reader, segments) : null;
  if (tags === null) return null;
  const word = reader.layout.class / 8;
  const places = relativePlaces(reader, segments, tags);
  const read = (address: number, length: number) => {
    const range = fileRangeOf(segments, address);
    return range === null
      ? null
      : reader.read('relocations', range.offset, Math.min(length, range.available));
  };
  const versions = new Set<number>();
  for (const [filename, addend] of places) {
    if (!places.has(filename + 3 * word)) continue;
    const head = read(filename - 8 - word, 8 + word);
    if (head === null || head.length < 8 + word || head.word(8) !== 0) continue;
    const version = head.u32(0);
    if (version < leastVersion || version > mostVersion || head.u32(4) > 0xff) continue;
    const target = addend ?? read(filename, word)?.word(0) ?? 0;
    const name = read(target, maxName)?.textUntilNul(0) ?? '';
    if (sourceFile.test(name)) versions.add(version);
  }
  const [only, ...others] = versions;
  return only === undefined || others.length > 0 ? null : only;
}
