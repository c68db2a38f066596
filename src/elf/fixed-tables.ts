import elfTools from 'elf-tools';
import type { Bytes } from './bytes/bytes.ts';
import type { Segment } from './elf-file.ts';
import { type FileHeader, headerOffsets, tableSizes } from './file-header.ts';

/** What the two fixed tables say: the rest of the file header, and the program headers. */
export interface FixedTables {
  readonly version: number;
  readonly flags: number;
  readonly segments: readonly Segment[];
}

/** As many as a kernel takes (64 KiB of Elf64_Phdr, K10). elf-tools needs a microsecond a number, so this file decodes longer tables. */
const maxForElfTools = 1170;

/** Decodes the file header and the program headers that follow each other in `table`, one native size apart. */
export type FixedTablesDecoder = (header: FileHeader, table: Bytes) => FixedTables;

/**
 * By elf-tools: for the files that a user names.
 * elf-tools gets a copy, which it may destroy. It returns names in place of p_type and p_flags and `undefined` for
 * unknown ones, so this file decodes those two; and a table with a number above 2^53, at which elf-tools throws.
 */
export function decodeByElfTools(header: FileHeader, table: Bytes): FixedTables {
  const step = tableSizes[header.layout.class].programHeader;
  const count = Math.floor(table.length / step);
  if (count > maxForElfTools || !isSafe(header, table)) return decodeInPlace(header, table);
  const parsed = elfTools.parse(copyForElfTools(header, table, count));
  return {
    version: parsed.header.version,
    flags: parsed.header.flags,
    segments: parsed.programs.map(({ header: program }, index) => ({
      type: table.u32(index * step),
      flags: table.u32(index * step + flagsOffset(header)),
      offset: program.offset,
      vaddr: program.vaddr,
      filesz: program.filesz,
      memsz: program.memsz,
      align: program.align,
    })),
  };
}

/** The file header with program headers right behind it, and one made-up section that holds the empty name. */
function copyForElfTools(header: FileHeader, table: Bytes, count: number): Buffer {
  const { layout } = header;
  const sizes = tableSizes[layout.class];
  const at = headerOffsets[layout.class];
  const programs = count * sizes.programHeader;
  const shoff = sizes.fileHeader + programs;
  const copy = Buffer.alloc(shoff + sizes.sectionHeader);
  header.bytes.raw.copy(copy);
  table.raw.copy(copy, sizes.fileHeader, 0, programs);
  // This file decodes p_type and p_flags: elf-tools need not look for their names.
  for (let start = sizes.fileHeader; start < shoff; start += sizes.programHeader) {
    copy.fill(0, start, start + 4);
    copy.fill(0, start + flagsOffset(header), start + flagsOffset(header) + 4);
  }
  copy[4] = layout.class === 32 ? 1 : 2;
  copy[5] = layout.endianness === 'little' ? 1 : 2;
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength);
  const little = layout.endianness === 'little';
  const setWord = (offset: number, value: number) => {
    const low = layout.class === 64 && !little ? offset + 4 : offset;
    copy.fill(0, offset, offset + layout.class / 8);
    view.setUint32(low, value, little);
  };
  setWord(at.entry, 0);
  setWord(at.phoff, sizes.fileHeader);
  setWord(at.shoff, shoff);
  view.setUint16(at.phnum, count, little);
  view.setUint16(at.shnum, 1, little);
  view.setUint16(at.shstrndx, 0, little);
  // sh_offset stays 0 and sh_size becomes 1, so elf-tools takes the magic's first byte for the table of section names.
  setWord(shoff + (layout.class === 64 ? 32 : 20), 1);
  return copy;
}

/** The same without elf-tools, in a tenth of the time: for the hundreds of files of an image or a folder. */
export function decodeInPlace(header: FileHeader, table: Bytes): FixedTables {
  const { layout } = header;
  const step = tableSizes[layout.class].programHeader;
  const count = Math.floor(table.length / step);
  const word = layout.class / 8;
  // Elf64_Phdr has p_flags second, Elf32_Phdr last but one.
  const fields = layout.class === 64 ? 8 : 4;
  const segments = Array.from({ length: count }, (_, index): Segment => {
    const start = index * step;
    const at = (field: number) => table.word(start + fields + field * word);
    const align = layout.class === 64 ? at(5) : table.u32(start + 28);
    const flags = table.u32(start + flagsOffset(header));
    return { type: table.u32(start), flags, offset: at(0), vaddr: at(1), filesz: at(3), memsz: at(4), align };
  });
  return { version: header.bytes.u32(20), flags: header.bytes.u32(layout.class === 64 ? 48 : 36), segments };
}

function flagsOffset(header: FileHeader): number {
  return header.layout.class === 64 ? 4 : 24;
}

/** No number of the table is above 2^53. */
function isSafe(header: FileHeader, table: Bytes): boolean {
  if (header.layout.class === 32) return true;
  const step = tableSizes[64].programHeader;
  for (let offset = 0; offset + 8 <= table.length; offset += 8) {
    if (offset % step !== 0 && table.u64(offset) > Number.MAX_SAFE_INTEGER) return false;
  }
  return true;
}
