import type { Bytes } from './bytes/bytes.ts';
import type { RangeReader } from './bytes/range-reader.ts';
import { DT_NULL, PT_DYNAMIC } from './constants.ts';
import type { Segment } from './elf-file.ts';
import { describeAddress, fileRangeOf } from './segments.ts';

const maxEntries = 65_536;

/** The entries of PT_DYNAMIC up to DT_NULL. */
export interface DynamicTags {
  /** The value of a tag that occurs once; the last one when it is repeated, as loaders keep it. Null when it is absent. */
  value(tag: number): number | null;
  /** The values of a tag that may be repeated, in order. */
  values(tag: number): readonly number[];
  has(tag: number): boolean;
  /** Every tag, in order, as often as it occurs. */
  all(): readonly number[];
}

/**
 * The dynamic segment; null when there is none or it is empty. Loaders take the last PT_DYNAMIC, by its address and not
 * by its offset, and read up to DT_NULL whatever p_filesz says (glibc elf/dl-load.c, elf/get-dynamic-info.h; musl
 * ldso/dynlink.c).
 */
export function readDynamicTags(reader: RangeReader, segments: readonly Segment[]): DynamicTags | null {
  const segment = segments.findLast(({ type, filesz }) => type === PT_DYNAMIC && filesz > 0);
  if (segment === undefined) return null;
  const range = fileRangeOf(segments, segment.vaddr);
  if (range === null) {
    reader.defect('dynamic', describeAddress(segment.vaddr));
    return null;
  }
  const entrySize = reader.layout.class === 64 ? 16 : 8;
  const promised = Math.min(range.available, segment.filesz, maxEntries * entrySize);
  const bytes = reader.read('dynamic', range.offset, promised);
  const entries = entriesOf(bytes, entrySize);
  if (entries.complete && entries.more)
    reader.defect('relocations', 'the dynamic segment goes on after its end (DT_NULL)');
  if (entries.complete || promised === range.available) return tagsOf(entries.tags);
  const rest = entriesOf(
    reader.read('dynamic', range.offset, Math.min(range.available, maxEntries * entrySize)),
    entrySize,
  );
  if (!rest.complete && range.available > maxEntries * entrySize) {
    reader.defect('dynamic', `more than ${maxEntries} entries without an end`);
  }
  return tagsOf(rest.tags);
}

type Tag = readonly [tag: number, value: number];

function entriesOf(
  bytes: Bytes,
  entrySize: number,
): {
  readonly tags: readonly Tag[];
  /** DT_NULL was there. */
  readonly complete: boolean;
  /** A tag follows DT_NULL, where linkers leave room for tools that add some. */
  readonly more: boolean;
} {
  const tags: Tag[] = [];
  for (let offset = 0; offset + entrySize <= bytes.length; offset += entrySize) {
    const tag = bytes.word(offset);
    if (tag === DT_NULL) {
      const more = isTagIn(bytes, offset + entrySize, entrySize);
      return { tags, complete: true, more };
    }
    tags.push([tag, bytes.word(offset + entrySize / 2)]);
  }
  return { tags, complete: false, more: false };
}

function isTagIn(bytes: Bytes, start: number, entrySize: number): boolean {
  for (let offset = start; offset + entrySize <= bytes.length; offset += entrySize) {
    if (bytes.word(offset) !== DT_NULL) return true;
  }
  return false;
}

function tagsOf(tags: readonly Tag[]): DynamicTags {
  const last = new Map(tags);
  return {
    value: (tag) => last.get(tag) ?? null,
    values: (tag) => tags.filter(([one]) => one === tag).map(([, value]) => value),
    has: (tag) => last.has(tag),
    all: () => tags.map(([tag]) => tag),
  };
}
