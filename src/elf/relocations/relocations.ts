import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { checkFunctionArrays } from '../consistency/function-arrays.ts';
import { checkLazySlots } from '../consistency/lazy-slots.ts';
import type { MemoryView } from '../consistency/memory-view.ts';
import { RelocationChecker, type RelocationEntry } from '../consistency/relocation-checker.ts';
import { checkRelr } from '../consistency/relr.ts';
import {
  DT_ANDROID_REL,
  DT_ANDROID_RELA,
  DT_ANDROID_RELASZ,
  DT_ANDROID_RELSZ,
  DT_JMPREL,
  DT_PLTREL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELACOUNT,
  DT_RELASZ,
  DT_RELCOUNT,
  DT_RELSZ,
  EM_MIPS,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf } from '../segments.ts';
import { readAndroidRelocations } from './android-relocations.ts';
import { type RelocationTypes, relocationTypesOf } from './relocation-types.ts';
import { References } from './symbol-references.ts';

const chunkEntries = 32_768;

/** The entries of the relocation tables by symbol index, before symbols are read. */
export interface RelocationScan {
  readonly data: References;
  readonly plt: References;
  readonly types: RelocationTypes | null;
  /** Some entry writes into a segment that is mapped read-only. */
  readonly writesReadOnly: boolean;
  /** Places of COPY relocations, by symbol index. */
  readonly copies: ReadonlyMap<number, number>;
}

/** One table in memory, and how long an entry of it is. */
interface Table {
  readonly address: number;
  readonly size: number;
  readonly form: 'rel' | 'rela';
  readonly entrySize: number;
  /** Leading entries that the linker counted as R_*_RELATIVE (DT_RELACOUNT, DT_RELCOUNT). */
  readonly relativeCount: number;
}

/** Reads DT_REL, DT_RELA, DT_JMPREL and Android's packed tables. */
export function scanRelocations(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  { type, machine }: { readonly type: number; readonly machine: number },
  view: MemoryView,
): RelocationScan {
  const types = relocationTypesOf(machine, reader.layout.class);
  const scan = { data: new References('data', types), plt: new References('plt', types), types };
  const rel = tableOf(reader, tags, DT_REL, DT_RELSZ, 'rel', DT_RELCOUNT);
  const rela = tableOf(reader, tags, DT_RELA, DT_RELASZ, 'rela', DT_RELACOUNT);
  const pltForm = tags.value(DT_PLTREL);
  if (tags.has(DT_JMPREL) && pltForm !== DT_RELA && pltForm !== DT_REL)
    reader.defect('relocations', 'DT_PLTREL tells no form of the entries of DT_JMPREL');
  const plt = tableOf(reader, tags, DT_JMPREL, DT_PLTRELSZ, pltForm === DT_RELA ? 'rela' : 'rel', null);
  const checker = new RelocationChecker(reader, view, machine, tags);
  const scanTable = (table: Table, into: References) => {
    const isData = into === scan.data;
    const read = entryReader(reader, machine, table.form);
    scanEntries(reader, segments, table, isData ? plt : null, read, (entry, index) => {
      into.add(entry.symbol, entry.type);
      checker.check(entry, isData ? 'data' : 'plt', index, index < table.relativeCount);
    });
  };
  if (rel !== null) scanTable(rel, scan.data);
  if (rela !== null) scanTable(rela, scan.data);
  if (plt !== null) scanTable(plt, scan.plt);
  const { writesReadOnly } = checker;
  const filled = checker.filledPointers + checkRelr(reader, segments, tags, view, checker.written, machine);
  checkFunctionArrays(reader, segments, tags, view, { type, machine }, filled);
  checkLazySlots(reader, tags, machine, checker.firstSlot);
  readAndroidRelocations(reader, segments, tags, DT_ANDROID_REL, DT_ANDROID_RELSZ, scan.data);
  readAndroidRelocations(reader, segments, tags, DT_ANDROID_RELA, DT_ANDROID_RELASZ, scan.data);
  return { ...scan, writesReadOnly, copies: checker.copies };
}

function tableOf(
  reader: RangeReader,
  tags: DynamicTags,
  addressTag: number,
  sizeTag: number,
  form: 'rel' | 'rela',
  countTag: number | null,
): Table | null {
  const address = tags.value(addressTag);
  const size = tags.value(sizeTag);
  if (address !== null && size === null) reader.defect('relocations', 'a relocation table has no size');
  if (address === null || size === null || size === 0) return null;
  const entrySize = ((form === 'rela' ? 3 : 2) * reader.layout.class) / 8;
  if (size % entrySize !== 0) reader.defect('relocations', 'a relocation table ends within an entry');
  const relativeCount = countTag === null ? 0 : (tags.value(countTag) ?? 0);
  return { address, size, form, entrySize, relativeCount };
}

/** Calls `take` for each entry of a table, with its number. */
function scanEntries(
  reader: RangeReader,
  segments: readonly Segment[],
  table: Table,
  skip: Table | null,
  read: EntryReader,
  take: (entry: RelocationEntry, index: number) => void,
): void {
  const range = fileRangeOf(segments, table.address);
  if (range === null) {
    reader.defect('relocations', describeAddress(table.address));
    return;
  }
  if (table.size > range.available)
    reader.defect('relocations', 'a relocation table is larger than its segment');
  const { entrySize } = table;
  const size = Math.min(table.size, range.available);
  const end = size - (size % entrySize);
  if (table.relativeCount * entrySize > end)
    reader.defect('relocations', 'there are fewer relative relocations than DT_RELACOUNT says');
  const chunk = chunkEntries * entrySize;
  for (let at = 0; at < end; at += chunk) {
    const bytes = reader.read('relocations', range.offset + at, Math.min(chunk, end - at));
    for (let offset = 0; offset + entrySize <= bytes.length; offset += entrySize) {
      // Older linkers of PowerPC and SPARC count DT_JMPREL into DT_RELASZ as well (glibc elf/dynamic-link.h).
      const address = table.address + at + offset;
      if (skip !== null && address >= skip.address && address < skip.address + skip.size) continue;
      take(read(bytes, offset), (at + offset) / entrySize);
    }
    if (bytes.length < Math.min(chunk, end - at)) return;
  }
}

type EntryReader = (bytes: Bytes, offset: number) => RelocationEntry;

/** r_info of the file's class; MIPS64 has r_sym, r_ssym, r_type3, r_type2, r_type in that order, whatever the endianness. */
function entryReader(reader: RangeReader, machine: number, form: 'rel' | 'rela'): EntryReader {
  const { class: elfClass, endianness } = reader.layout;
  const word = elfClass / 8;
  const addendAt = (bytes: Bytes, offset: number) => (form === 'rela' ? bytes.word(offset + 2 * word) : null);
  if (elfClass === 32) {
    return (bytes, offset) => {
      const info = bytes.u32(offset + 4);
      const [symbol, type] = [info >>> 8, info & 0xff];
      return { place: bytes.u32(offset), symbol, type, addend: addendAt(bytes, offset) };
    };
  }
  if (machine === EM_MIPS) {
    return (bytes, offset) => {
      const types = bytes.raw;
      const type =
        (types[offset + 15] ?? 0) | ((types[offset + 14] ?? 0) << 8) | ((types[offset + 13] ?? 0) << 16);
      const symbol = bytes.u32(offset + 8);
      return { place: bytes.word(offset), symbol, type, addend: addendAt(bytes, offset) };
    };
  }
  const [symbolAt, typeAt] = endianness === 'little' ? [12, 8] : [8, 12];
  return (bytes, offset) => ({
    place: bytes.word(offset),
    symbol: bytes.u32(offset + symbolAt),
    type: bytes.u32(offset + typeAt),
    addend: addendAt(bytes, offset),
  });
}
