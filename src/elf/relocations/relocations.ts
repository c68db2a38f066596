import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
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
}

/** One table in memory, and how long an entry of it is. */
interface Table {
  readonly address: number;
  readonly size: number;
  readonly entrySize: number;
  /** Leading entries that the linker counted as R_*_RELATIVE (DT_RELACOUNT, DT_RELCOUNT). */
  readonly relativeCount: number;
}

/** Reads DT_REL, DT_RELA, DT_JMPREL and Android's packed tables. */
export function scanRelocations(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  machine: number,
): RelocationScan {
  const types = relocationTypesOf(machine, reader.layout.class);
  const scan = { data: new References('data', types), plt: new References('plt', types), types };
  const rel = tableOf(reader, tags, DT_REL, DT_RELSZ, 'rel', DT_RELCOUNT);
  const rela = tableOf(reader, tags, DT_RELA, DT_RELASZ, 'rela', DT_RELACOUNT);
  const pltForm = tags.value(DT_PLTREL);
  if (tags.has(DT_JMPREL) && pltForm !== DT_RELA && pltForm !== DT_REL)
    reader.defect('relocations', 'DT_PLTREL tells no form of the entries of DT_JMPREL');
  const plt = tableOf(reader, tags, DT_JMPREL, DT_PLTRELSZ, pltForm === DT_RELA ? 'rela' : 'rel', null);
  const scanTable = (table: Table, into: References) => {
    const skip = into === scan.data ? plt : null;
    scanEntries(reader, segments, table, into, types, skip, entryReader(reader, machine));
  };
  if (rel !== null) scanTable(rel, scan.data);
  if (rela !== null) scanTable(rela, scan.data);
  if (plt !== null) scanTable(plt, scan.plt);
  readAndroidRelocations(reader, segments, tags, DT_ANDROID_REL, DT_ANDROID_RELSZ, scan.data);
  readAndroidRelocations(reader, segments, tags, DT_ANDROID_RELA, DT_ANDROID_RELASZ, scan.data);
  return scan;
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
  return { address, size, entrySize, relativeCount };
}

function scanEntries(
  reader: RangeReader,
  segments: readonly Segment[],
  table: Table,
  into: References,
  types: RelocationTypes | null,
  skip: Table | null,
  read: EntryReader,
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
  const chunk = chunkEntries * entrySize;
  for (let at = skipRelative(reader, range.offset, end, table, into, types, read); at < end; at += chunk) {
    const bytes = reader.read('relocations', range.offset + at, Math.min(chunk, end - at));
    for (let offset = 0; offset + entrySize <= bytes.length; offset += entrySize) {
      // Older linkers of PowerPC and SPARC count DT_JMPREL into DT_RELASZ as well (glibc elf/dynamic-link.h).
      const address = table.address + at + offset;
      if (skip !== null && address >= skip.address && address < skip.address + skip.size) continue;
      read(bytes, offset, into);
    }
    if (bytes.length < Math.min(chunk, end - at)) return;
  }
}

/** How far the leading R_*_RELATIVE entries go, if both ends of them are what DT_RELACOUNT says. */
function skipRelative(
  reader: RangeReader,
  offset: number,
  end: number,
  table: Table,
  into: References,
  types: RelocationTypes | null,
  read: EntryReader,
): number {
  const { relativeCount, entrySize } = table;
  const size = relativeCount * entrySize;
  if (types === null || relativeCount < 2 || size > end) return 0;
  const probe = new References('data', types);
  for (const at of [0, size - entrySize]) {
    const bytes = reader.read('relocations', offset + at, entrySize);
    if (bytes.length < entrySize) return 0;
    read(bytes, 0, probe);
  }
  const [only, ...others] = probe.anonymousTypes;
  if (only === undefined || others.length > 0 || probe.highestSymbol > 0) {
    reader.defect('relocations', 'there are fewer relative relocations than DT_RELACOUNT says');
    return 0;
  }
  into.add(0, only, relativeCount);
  return size;
}

type EntryReader = (bytes: Bytes, offset: number, into: References) => void;

/** r_info of the file's class; MIPS64 has r_sym, r_ssym, r_type3, r_type2, r_type in that order, whatever the endianness. */
function entryReader(reader: RangeReader, machine: number): EntryReader {
  const { class: elfClass, endianness } = reader.layout;
  if (elfClass === 32) {
    return (bytes, offset, into) => {
      const info = bytes.u32(offset + 4);
      into.add(info >>> 8, info & 0xff);
    };
  }
  if (machine === EM_MIPS) {
    return (bytes, offset, into) => {
      const types = bytes.raw;
      const type =
        (types[offset + 15] ?? 0) | ((types[offset + 14] ?? 0) << 8) | ((types[offset + 13] ?? 0) << 16);
      into.add(bytes.u32(offset + 8), type);
    };
  }
  const [symbolAt, typeAt] = endianness === 'little' ? [12, 8] : [8, 12];
  return (bytes, offset, into) => into.add(bytes.u32(offset + symbolAt), bytes.u32(offset + typeAt));
}
