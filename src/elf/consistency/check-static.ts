import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import {
  EM_PPC64,
  ET_EXEC,
  PF_W,
  PF_X,
  SHF_ALLOC,
  SHT_FINI_ARRAY,
  SHT_INIT_ARRAY,
  SHT_PREINIT_ARRAY,
  SHT_REL,
  SHT_RELA,
} from '../constants.ts';
import type { Segment } from '../elf-file.ts';
import { type FileHeader, headerOffsets, tableSizes } from '../file-header.ts';
import { relocationTypesOf } from '../relocations/relocation-types.ts';
import { fileRangeOf } from '../segments.ts';
import { Memory } from './memory.ts';

/** A static program has a few dozen sections, and IFUNCs of its libc. */
const maxSections = 256;
const maxTable = 256 * 1024;

const functionArrays = new Set([SHT_INIT_ARRAY, SHT_FINI_ARRAY, SHT_PREINIT_ARRAY]);

interface Section {
  readonly type: number;
  readonly content: Bytes;
}

/**
 * Records a defect where the start code of a static program would call what is no code, or relocate what no linker leaves
 * to it (glibc csu/libc-start.c `apply_irel`, `call_init`). The code has their addresses; only the section table, where it
 * is left and agrees with the segments, tells them to others.
 */
export function checkStaticProgram(
  reader: RangeReader,
  header: FileHeader,
  segments: readonly Segment[],
): void {
  // Functions of PowerPC 64 (ELFv1) are descriptors in data.
  if (header.type !== ET_EXEC || header.machine === EM_PPC64) return;
  const memory = new Memory(segments);
  for (const section of allocatedSections(reader, header, segments)) {
    const reason = functionArrays.has(section.type)
      ? oddFunctions(section.content, header, memory)
      : oddRelocations(section, header, memory);
    if (reason === null) continue;
    reader.defect('relocations', reason);
    return;
  }
}

/** The sections of those types that have bytes in a segment. */
function allocatedSections(reader: RangeReader, header: FileHeader, segments: readonly Segment[]): Section[] {
  const { layout, shnum, bytes } = header;
  const at = headerOffsets[layout.class];
  const size = tableSizes[layout.class].sectionHeader;
  const start = bytes.word(at.shoff);
  const isPlausible = shnum > 0 && shnum <= maxSections && bytes.u16(at.shentsize) === size;
  if (!isPlausible || start + shnum * size > reader.size) return [];
  const table = reader.read('relocations', start, shnum * size);
  const word = layout.class / 8;
  return Array.from({ length: shnum }, (_, index) => index * size).flatMap((entry) => {
    const type = table.u32(entry + 4);
    if (!functionArrays.has(type) && type !== SHT_REL && type !== SHT_RELA) return [];
    const [flags, address, offset, length] = [0, 1, 2, 3].map((field) =>
      table.word(entry + 8 + field * word),
    );
    if (flags === undefined || address === undefined || offset === undefined || length === undefined)
      return [];
    const range = fileRangeOf(segments, address);
    const isThere = range?.offset === offset && range.available >= length && offset + length <= reader.size;
    if ((flags & SHF_ALLOC) === 0 || !isThere || length > maxTable) return [];
    return [{ type, content: reader.read('relocations', offset, length) }];
  });
}

function oddFunctions(content: Bytes, { layout }: FileHeader, memory: Memory): string | null {
  const word = layout.class / 8;
  for (let at = 0; at + word <= content.length; at += word) {
    if (!memory.has(content.word(at), 1, PF_X))
      return 'a function that runs at start or at exit lies in no code';
  }
  return null;
}

/** `apply_irel` ends the program at any other type than R_*_IRELATIVE; musl has none of these. */
function oddRelocations(
  { type, content }: Section,
  { layout, machine }: FileHeader,
  memory: Memory,
): string | null {
  const word = layout.class / 8;
  const size = (type === SHT_RELA ? 3 : 2) * word;
  const irelative = relocationTypesOf(machine, layout.class)?.irelative ?? [];
  if (irelative.length === 0) return null;
  const infoAt = layout.class === 64 && layout.endianness === 'little' ? word : 2 * word - 4;
  for (let at = 0; at + size <= content.length; at += size) {
    const number = content.u32(at + infoAt) & (layout.class === 32 ? 0xff : 0xffff_ffff);
    if (!irelative.includes(number >>> 0)) return 'a relocation of a static program is none of an IFUNC';
    if (!memory.has(content.word(at), word, PF_W)) return 'a relocation writes into a read-only segment';
    if (type === SHT_RELA && !memory.has(content.word(at + 2 * word), 1, PF_X))
      return 'a resolver of an IFUNC lies in no code';
  }
  return null;
}
