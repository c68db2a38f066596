import type { Bytes } from './bytes/bytes.ts';
import type { RangeReader } from './bytes/range-reader.ts';
import { checkCopies } from './consistency/check-copies.ts';
import { checkOwnDynamic } from './consistency/check-entry.ts';
import { checkHashTables } from './consistency/check-hash.ts';
import { checkReferences } from './consistency/check-references.ts';
import { checkSectionTags } from './consistency/check-section-tags.ts';
import { SymbolChecker } from './consistency/check-symbols.ts';
import { checkTags } from './consistency/check-tags.ts';
import { isBoundNow } from './consistency/lazy-slots.ts';
import type { MemoryView } from './consistency/memory-view.ts';
import {
  DF_SYMBOLIC,
  DF_TEXTREL,
  DT_ANDROID_RELR,
  DT_AUDIT,
  DT_AUXILIARY,
  DT_DEPAUDIT,
  DT_FILTER,
  DT_FLAGS,
  DT_FLAGS_1,
  DT_GNU_HASH,
  DT_HASH,
  DT_MIPS_XHASH,
  DT_NEEDED,
  DT_RELR,
  DT_RPATH,
  DT_RUNPATH,
  DT_SONAME,
  DT_STRSZ,
  DT_STRTAB,
  DT_SYMBOLIC,
  DT_TEXTREL,
  DT_VERDEF,
  DT_VERNEED,
  DT_VERSYM,
  PT_INTERP,
  PT_TLS,
} from './constants.ts';
import { type DynamicTags, readDynamicTags } from './dynamic-tags.ts';
import type { DynamicSection, DynamicSymbol, Relocations, Segment } from './elf-file.ts';
import type { FileHeader } from './file-header.ts';
import { addMipsGotReferences } from './relocations/mips-got.ts';
import { type RelocationScan, scanRelocations } from './relocations/relocations.ts';
import type { Section } from './section-table.ts';
import { describeAddress, fileRangeOf } from './segments.ts';
import { maxStringTable, StringTable } from './symbols/string-table.ts';
import { countSymbols, symbolTableRange } from './symbols/symbol-count.ts';
import { readVerdef, readVerneed, type VersionName } from './symbols/symbol-versions.ts';
import { readSymbols } from './symbols/symbols.ts';

/** A version table is a few KiB; what lies behind it in the segment is not read. */
const maxVersionTable = 1024 * 1024;

/** Everything that PT_DYNAMIC points to; null when there is none or it is empty. */
export function readDynamic(
  reader: RangeReader,
  segments: readonly Segment[],
  header: FileHeader,
  sections: readonly Section[],
  view: MemoryView,
): DynamicSection | null {
  const tags = readDynamicTags(reader, segments);
  if (tags === null) return null;
  const { type, machine } = header;
  const threadStorage = segments.findLast(({ type }) => type === PT_TLS)?.memsz ?? null;
  checkTags(reader, tags, view);
  checkSectionTags(reader, tags, sections, machine, view);
  checkOwnDynamic(reader, header, segments, tags, view);
  checkAuditors(reader, segments, tags);
  const strings = readStringTable(reader, segments, tags);
  const stringOf = (tag: number) => {
    const offset = tags.value(tag);
    return offset === null ? null : strings.at(offset);
  };
  const stringsOf = (tag: number) => tags.values(tag).map((offset) => strings.at(offset));
  const flags = tags.value(DT_FLAGS) ?? 0;
  const flags1 = tags.value(DT_FLAGS_1) ?? 0;
  const names = new Map<number, VersionName>();
  const verneedBytes = readVersionTable(reader, segments, tags.value(DT_VERNEED));
  const verdefBytes = readVersionTable(reader, segments, tags.value(DT_VERDEF));
  const verneed = verneedBytes === null ? [] : readVerneed(reader, verneedBytes, strings, names);
  const verdef = verdefBytes === null ? [] : readVerdef(reader, verdefBytes, strings, names);
  const scan = scanRelocations(reader, segments, tags, { type, machine }, view);
  const symbols = readSymbolTable(reader, segments, tags, {
    machine,
    strings,
    scan,
    names,
    checker: new SymbolChecker(reader, view, { machine, tlsSize: threadStorage, copies: scan.copies }),
  });
  checkHashTables(reader, segments, tags, machine, symbols);
  addMipsGotReferences(machine, tags, symbols, scan.data);
  const relocations = relocationsOf(scan, tags, symbols.length);
  checkReferences(reader, machine, symbols, relocations);
  checkCopies(reader, symbols, scan.copies);
  return {
    needed: stringsOf(DT_NEEDED),
    soname: stringOf(DT_SONAME),
    rpath: stringOf(DT_RPATH),
    runpath: stringOf(DT_RUNPATH),
    filters: stringsOf(DT_FILTER),
    auxiliaries: stringsOf(DT_AUXILIARY),
    flags,
    flags1,
    bindNow: isBoundNow(tags),
    textrel: scan.writesReadOnly && (tags.has(DT_TEXTREL) || (flags & DF_TEXTREL) !== 0),
    symbolic: tags.has(DT_SYMBOLIC) || (flags & DF_SYMBOLIC) !== 0,
    hash: hashOf(tags),
    verneed,
    verdef,
    hasVersym: tags.has(DT_VERSYM),
    symbols,
    relocations,
  };
}

/** A program can name auditors as LD_AUDIT does (`ld --audit`), which are not simulated (G93). */
function checkAuditors(reader: RangeReader, segments: readonly Segment[], tags: DynamicTags): void {
  const isProgram = segments.some(({ type }) => type === PT_INTERP);
  if (isProgram && (tags.has(DT_AUDIT) || tags.has(DT_DEPAUDIT)))
    reader.defect('dynamic', 'it names an auditor (DT_AUDIT, DT_DEPAUDIT), which is not simulated');
}

function readStringTable(reader: RangeReader, segments: readonly Segment[], tags: DynamicTags): StringTable {
  if (!tags.has(DT_STRTAB)) reader.defect('dynamic', 'it names no string table (DT_STRTAB)');
  const size = tags.value(DT_STRSZ) ?? 0;
  if (size > maxStringTable) reader.defect('strings', `the table has more than ${maxStringTable} bytes`);
  const read = Math.min(size, maxStringTable);
  const bytes = readTable(reader, segments, 'strings', tags.value(DT_STRTAB), read);
  return new StringTable(bytes ?? reader.read('strings', 0, 0), reader);
}

function readVersionTable(
  reader: RangeReader,
  segments: readonly Segment[],
  address: number | null,
): Bytes | null {
  return readTable(reader, segments, 'versions', address, null);
}

/** `size` bytes at an address; with a size of null all bytes up to the end of the segment, within bounds. */
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
  tags: DynamicTags,
  known: {
    readonly machine: number;
    readonly strings: StringTable;
    readonly scan: RelocationScan;
    readonly names: ReadonlyMap<number, VersionName>;
    readonly checker: SymbolChecker;
  },
): DynamicSymbol[] {
  const table = symbolTableRange(reader, segments, tags);
  if (table === null) return [];
  const { machine, strings, scan, names, checker } = known;
  const highestReferenced = Math.max(scan.data.highestSymbol, scan.plt.highestSymbol);
  const count = countSymbols(reader, segments, tags, table, {
    machine,
    highestReferenced,
    stringsSize: strings.size,
  });
  const versym = readVersym(reader, segments, tags.value(DT_VERSYM), count);
  return readSymbols(reader, table, count, strings, { versym, names }, checker);
}

function readVersym(
  reader: RangeReader,
  segments: readonly Segment[],
  address: number | null,
  count: number,
): Bytes | null {
  return readTable(reader, segments, 'versions', address, count * 2);
}

function hashOf(tags: DynamicTags): DynamicSection['hash'] {
  const sysv = tags.has(DT_HASH);
  const gnu = tags.has(DT_GNU_HASH) || tags.has(DT_MIPS_XHASH);
  if (sysv) return gnu ? 'both' : 'sysv';
  return gnu ? 'gnu' : 'none';
}

function relocationsOf(scan: RelocationScan, tags: DynamicTags, symbolCount: number): Relocations {
  const { data, plt } = scan;
  return {
    references: [...data.toSymbols(symbolCount), ...plt.toSymbols(symbolCount)],
    anonymousTypes: { data: data.anonymousTypes, plt: plt.anonymousTypes },
    irelative: data.irelative || plt.irelative,
    relr: tags.has(DT_RELR) || tags.has(DT_ANDROID_RELR),
    dataCount: data.count,
    pltCount: plt.count,
  };
}
