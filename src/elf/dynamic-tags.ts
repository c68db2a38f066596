import type { Bytes } from './bytes/bytes.ts';
import type { RangeReader } from './bytes/range-reader.ts';
import type { Segment } from './elf-file.ts';
import { describeAddress, fileRangeOf, PT_DYNAMIC } from './segments.ts';

export const DT_NULL = 0;
export const DT_NEEDED = 1;
export const DT_PLTRELSZ = 2;
export const DT_PLTGOT = 3;
export const DT_HASH = 4;
export const DT_STRTAB = 5;
export const DT_SYMTAB = 6;
export const DT_RELA = 7;
export const DT_RELASZ = 8;
export const DT_STRSZ = 10;
export const DT_INIT = 12;
export const DT_FINI = 13;
export const DT_SONAME = 14;
export const DT_RPATH = 15;
export const DT_SYMBOLIC = 16;
export const DT_REL = 17;
export const DT_RELSZ = 18;
export const DT_PLTREL = 20;
export const DT_TEXTREL = 22;
export const DT_JMPREL = 23;
export const DT_BIND_NOW = 24;
export const DT_INIT_ARRAY = 25;
export const DT_FINI_ARRAY = 26;
export const DT_RUNPATH = 29;
export const DT_FLAGS = 30;
export const DT_RELR = 36;
export const DT_ANDROID_REL = 0x6000000f;
export const DT_ANDROID_RELSZ = 0x60000010;
export const DT_ANDROID_RELA = 0x60000011;
export const DT_ANDROID_RELASZ = 0x60000012;
export const DT_ANDROID_RELR = 0x6fffe000;
export const DT_GNU_HASH = 0x6ffffef5;
export const DT_VERSYM = 0x6ffffff0;
export const DT_RELACOUNT = 0x6ffffff9;
export const DT_RELCOUNT = 0x6ffffffa;
export const DT_FLAGS_1 = 0x6ffffffb;
export const DT_VERDEF = 0x6ffffffc;
export const DT_VERNEED = 0x6ffffffe;
export const DT_AUXILIARY = 0x7ffffffd;
export const DT_FILTER = 0x7fffffff;
export const DT_MIPS_SYMTABNO = 0x70000011;
export const DT_MIPS_GOTSYM = 0x70000013;
export const DT_MIPS_XHASH = 0x70000036;

const maxEntries = 65_536;

/** The entries of PT_DYNAMIC up to DT_NULL. */
export interface DynamicTags {
  /** The value of a tag that stands once; the last one when it is repeated, as loaders keep it. Null when it is absent. */
  value(tag: number): number | null;
  /** The values of a tag that may be repeated, in order. */
  values(tag: number): readonly number[];
  has(tag: number): boolean;
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
): { readonly tags: readonly Tag[]; readonly complete: boolean } {
  const tags: Tag[] = [];
  for (let offset = 0; offset + entrySize <= bytes.length; offset += entrySize) {
    const tag = bytes.word(offset);
    if (tag === DT_NULL) return { tags, complete: true };
    tags.push([tag, bytes.word(offset + entrySize / 2)]);
  }
  return { tags, complete: false };
}

function tagsOf(tags: readonly Tag[]): DynamicTags {
  const last = new Map(tags);
  return {
    value: (tag) => last.get(tag) ?? null,
    values: (tag) => tags.filter(([one]) => one === tag).map(([, value]) => value),
    has: (tag) => last.has(tag),
  };
}
