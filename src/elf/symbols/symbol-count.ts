import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import {
  DT_FINI,
  DT_FINI_ARRAY,
  DT_GNU_HASH,
  DT_HASH,
  DT_INIT,
  DT_INIT_ARRAY,
  DT_JMPREL,
  DT_MIPS_SYMTABNO,
  DT_PLTGOT,
  DT_REL,
  DT_RELA,
  DT_STRTAB,
  DT_SYMTAB,
  DT_VERDEF,
  DT_VERNEED,
  DT_VERSYM,
  EM_MIPS,
  SHN_UNDEF,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_GNU_IFUNC,
  STT_SECTION,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf, type MappedRange } from '../segments.ts';
import { countByGnuHash, countBySysvHash } from './hash-tables.ts';

/** The largest libraries have two fifths of that (libtorch, Chromium's component builds). */
export const maxSymbols = 1 << 19;

/** Bytes of one Elf32_Sym or Elf64_Sym. */
export function symbolSize(elfClass: 32 | 64): number {
  return elfClass === 64 ? 24 : 16;
}

/** Where the dynamic symbol table is; null when it has none. */
export function symbolTableRange(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
): MappedRange | null {
  const address = tags.value(DT_SYMTAB);
  if (address === null) return null;
  const range = fileRangeOf(segments, address);
  if (range === null) reader.defect('symbols', describeAddress(address));
  return range;
}

/**
 * How many entries the dynamic symbol table has. No header holds the count: DT_MIPS_SYMTABNO or DT_HASH gives it where it exists,
 * DT_GNU_HASH does as long as it hashes anything, and relocations name what lies beyond. When all symbols are undefined
 * DT_GNU_HASH is empty, and the table goes on as long as its entries read as undefined symbols, at most to the next table.
 */
export function countSymbols(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  table: MappedRange,
  evidence: { readonly machine: number; readonly highestReferenced: number; readonly stringsSize: number },
): number {
  const size = symbolSize(reader.layout.class);
  const most = Math.min(
    Math.floor(table.available / size),
    Math.floor((reader.size - table.offset) / size),
    maxSymbols,
  );
  const counted = countByTables(reader, segments, tags, evidence.machine);
  const known = Math.max(counted.count, evidence.highestReferenced + 1, 1);
  if (known > most) {
    reader.defect(
      'symbols',
      `the symbol table has ${known} entries but there is room for ${Math.max(most, 0)}`,
    );
    return Math.max(most, 0);
  }
  if (counted.exact) return known;
  const limit = Math.min(most, Math.floor(bytesToNextTable(tags, size * most) / size));
  if (limit <= known) return known;
  const bytes = reader.read('symbols', table.offset + known * size, (limit - known) * size);
  return known + countUndefined(bytes, size, evidence.stringsSize, tags.has(DT_GNU_HASH));
}

function countByTables(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  machine: number,
): { readonly count: number; readonly exact: boolean } {
  const mips = machine === EM_MIPS ? tags.value(DT_MIPS_SYMTABNO) : null;
  if (mips !== null) return { count: mips, exact: true };
  const sysv = rangeOf(reader, segments, tags.value(DT_HASH));
  const bySysv = sysv === null ? null : countBySysvHash(reader, sysv, machine);
  if (bySysv !== null) return { count: bySysv, exact: true };
  const gnu = rangeOf(reader, segments, tags.value(DT_GNU_HASH));
  const byGnu = gnu === null ? null : countByGnuHash(reader, gnu);
  return byGnu === null ? { count: 0, exact: false } : { count: byGnu.count, exact: byGnu.hashed };
}

function rangeOf(
  reader: RangeReader,
  segments: readonly Segment[],
  address: number | null,
): MappedRange | null {
  if (address === null) return null;
  const range = fileRangeOf(segments, address);
  if (range === null) reader.defect('symbols', describeAddress(address));
  return range;
}

const tableTags = [
  DT_STRTAB,
  DT_HASH,
  DT_GNU_HASH,
  DT_VERSYM,
  DT_VERNEED,
  DT_VERDEF,
  DT_RELA,
  DT_REL,
  DT_JMPREL,
  DT_INIT,
  DT_FINI,
  DT_INIT_ARRAY,
  DT_FINI_ARRAY,
  DT_PLTGOT,
];

/** How far it is from the symbol table to the next thing that the dynamic segment points to, or `fallback`. */
function bytesToNextTable(tags: DynamicTags, fallback: number): number {
  const symtab = tags.value(DT_SYMTAB) ?? 0;
  const distances = tableTags
    .map((tag) => (tags.value(tag) ?? 0) - symtab)
    .filter((distance) => distance > 0);
  return Math.min(fallback, ...distances);
}

/** Entries from the start of `bytes` on that read as symbols; with `undefinedOnly` none may be a definition, but for sections. */
function countUndefined(bytes: Bytes, size: number, stringsSize: number, undefinedOnly: boolean): number {
  const [infoAt, sectionAt] = size === 24 ? [4, 6] : [12, 14];
  let count = 0;
  for (let offset = 0; offset + size <= bytes.length; offset += size) {
    const name = bytes.u32(offset);
    const binding = bytes.u8(offset + infoAt) >> 4;
    const type = bytes.u8(offset + infoAt) & 15;
    const isSection = binding === STB_LOCAL && type === STT_SECTION && name === 0;
    if (!isSection && (name === 0 || name >= stringsSize)) break;
    if ((binding > STB_WEAK && binding !== STB_GNU_UNIQUE) || type > STT_GNU_IFUNC) break;
    if (undefinedOnly && !isSection && bytes.u16(offset + sectionAt) !== SHN_UNDEF) break;
    count++;
  }
  return count;
}
