import type { Bytes } from './bytes/bytes.ts';
import type { RangeReader } from './bytes/range-reader.ts';
import * as DT from './dynamic-tags.ts';
import type { DynamicSection, DynamicSymbol, Relocations, Segment } from './elf-file.ts';
import { addMipsGotReferences } from './relocations/mips-got.ts';
import { type RelocationScan, scanRelocations } from './relocations/relocations.ts';
import { describeAddress, fileRangeOf } from './segments.ts';
import { StringTable } from './symbols/string-table.ts';
import { countSymbols, symbolTableRange } from './symbols/symbol-count.ts';
import { readVerdef, readVerneed, type VersionName } from './symbols/symbol-versions.ts';
import { readSymbols } from './symbols/symbols.ts';

const DF_SYMBOLIC = 2;
const DF_TEXTREL = 4;
const DF_BIND_NOW = 8;
const DF_1_NOW = 1;
/** A version table is a few KiB; what lies behind it in the segment is not read. */
const maxVersionTable = 1024 * 1024;

/** Everything that PT_DYNAMIC leads to; null when there is none or it is empty. */
export function readDynamic(
  reader: RangeReader,
  segments: readonly Segment[],
  machine: number,
): DynamicSection | null {
  const tags = DT.readDynamicTags(reader, segments);
  if (tags === null) return null;
  const strings = readStringTable(reader, segments, tags);
  const stringOf = (tag: number) => {
    const offset = tags.value(tag);
    return offset === null ? null : strings.at(offset);
  };
  const stringsOf = (tag: number) => tags.values(tag).map((offset) => strings.at(offset));
  const flags = tags.value(DT.DT_FLAGS) ?? 0;
  const flags1 = tags.value(DT.DT_FLAGS_1) ?? 0;
  const names = new Map<number, VersionName>();
  const verneedBytes = readVersionTable(reader, segments, tags.value(DT.DT_VERNEED));
  const verdefBytes = readVersionTable(reader, segments, tags.value(DT.DT_VERDEF));
  const verneed = verneedBytes === null ? [] : readVerneed(reader, verneedBytes, strings, names);
  const verdef = verdefBytes === null ? [] : readVerdef(reader, verdefBytes, strings, names);
  const scan = scanRelocations(reader, segments, tags, machine);
  const symbols = readSymbolTable(reader, segments, tags, { machine, strings, scan, names });
  addMipsGotReferences(machine, tags, symbols, scan.data);
  return {
    needed: stringsOf(DT.DT_NEEDED),
    soname: stringOf(DT.DT_SONAME),
    rpath: stringOf(DT.DT_RPATH),
    runpath: stringOf(DT.DT_RUNPATH),
    filters: stringsOf(DT.DT_FILTER),
    auxiliaries: stringsOf(DT.DT_AUXILIARY),
    flags,
    flags1,
    bindNow: tags.has(DT.DT_BIND_NOW) || (flags & DF_BIND_NOW) !== 0 || (flags1 & DF_1_NOW) !== 0,
    textrel: tags.has(DT.DT_TEXTREL) || (flags & DF_TEXTREL) !== 0,
    symbolic: tags.has(DT.DT_SYMBOLIC) || (flags & DF_SYMBOLIC) !== 0,
    hash: hashOf(tags),
    verneed,
    verdef,
    hasVersym: tags.has(DT.DT_VERSYM),
    symbols,
    relocations: relocationsOf(scan, tags, symbols.length),
  };
}

function readStringTable(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DT.DynamicTags,
): StringTable {
  if (!tags.has(DT.DT_STRTAB)) reader.defect('dynamic', 'it names no string table (DT_STRTAB)');
  const bytes = readTable(
    reader,
    segments,
    'strings',
    tags.value(DT.DT_STRTAB),
    tags.value(DT.DT_STRSZ) ?? 0,
  );
  return new StringTable(bytes ?? reader.read('strings', 0, 0), reader);
}

function readVersionTable(
  reader: RangeReader,
  segments: readonly Segment[],
  address: number | null,
): Bytes | null {
  return readTable(reader, segments, 'versions', address, null);
}

/** `size` bytes at an address; with a size of null what there is up to the end of the segment, within bounds. */
function readTable(
  reader: RangeReader,
  segments: readonly Segment[],
  part: 'strings' | 'versions',
  address: number | null,
  size: number | null,
): Bytes | null {
  if (address === null) return null;
  const range = fileRangeOf(segments, address);
  if (range === null) {
    reader.defect(part, describeAddress(address));
    return null;
  }
  if (size === null) {
    const rest = Math.min(range.available, maxVersionTable, Math.max(0, reader.size - range.offset));
    return reader.read(part, range.offset, rest);
  }
  if (size > range.available) reader.defect(part, 'a table is larger than its segment');
  return reader.read(part, range.offset, Math.min(size, range.available));
}

function readSymbolTable(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DT.DynamicTags,
  known: {
    readonly machine: number;
    readonly strings: StringTable;
    readonly scan: RelocationScan;
    readonly names: ReadonlyMap<number, VersionName>;
  },
): DynamicSymbol[] {
  const table = symbolTableRange(reader, segments, tags);
  if (table === null) return [];
  const { machine, strings, scan, names } = known;
  const highestReferenced = Math.max(scan.data.highestSymbol, scan.plt.highestSymbol);
  const count = countSymbols(reader, segments, tags, table, {
    machine,
    highestReferenced,
    stringsSize: strings.size,
  });
  const versym = readVersym(reader, segments, tags.value(DT.DT_VERSYM), count);
  return readSymbols(reader, table, count, strings, { versym, names });
}

function readVersym(
  reader: RangeReader,
  segments: readonly Segment[],
  address: number | null,
  count: number,
): Bytes | null {
  return readTable(reader, segments, 'versions', address, count * 2);
}

function hashOf(tags: DT.DynamicTags): DynamicSection['hash'] {
  const sysv = tags.has(DT.DT_HASH);
  const gnu = tags.has(DT.DT_GNU_HASH) || tags.has(DT.DT_MIPS_XHASH);
  if (sysv) return gnu ? 'both' : 'sysv';
  return gnu ? 'gnu' : 'none';
}

function relocationsOf(scan: RelocationScan, tags: DT.DynamicTags, symbolCount: number): Relocations {
  const { data, plt } = scan;
  return {
    references: [...data.toSymbols(symbolCount), ...plt.toSymbols(symbolCount)],
    anonymousTypes: { data: data.anonymousTypes, plt: plt.anonymousTypes },
    irelative: data.irelative || plt.irelative,
    relr: tags.has(DT.DT_RELR) || tags.has(DT.DT_ANDROID_RELR),
    dataCount: data.count,
    pltCount: plt.count,
  };
}
