import type { RangeReader } from '../bytes/range-reader.ts';
import {
  EM_PPC64,
  ET_EXEC,
  PF_W,
  SHT_FINI_ARRAY,
  SHT_INIT_ARRAY,
  SHT_PREINIT_ARRAY,
  SHT_REL,
  SHT_RELA,
} from '../constants.ts';
import type { FileHeader } from '../file-header.ts';
import { relocationTypesOf } from '../relocations/relocation-types.ts';
import { allocatedSections, type Section } from '../section-table.ts';
import { calledAtStart } from './function-arrays.ts';
import type { MemoryView } from './memory-view.ts';

/** The IFUNCs of a libc are some dozens. */
const maxTable = 256 * 1024;

const functionArrays = new Set([SHT_INIT_ARRAY, SHT_FINI_ARRAY, SHT_PREINIT_ARRAY]);
const relocations = new Set([SHT_REL, SHT_RELA]);

/**
 * Records a defect where the start code of a static program would call what is no code, or relocate what no linker leaves
 * to it (glibc csu/libc-start.c `apply_irel`, `call_init`). The code has their addresses; only the section table, where it
 * is left and agrees with the segments, tells them to others.
 */
export function checkStaticProgram(
  reader: RangeReader,
  header: FileHeader,
  sections: readonly Section[],
  view: MemoryView,
): void {
  // Functions of PowerPC 64 (ELFv1) are descriptors in data.
  if (header.type !== ET_EXEC || header.machine === EM_PPC64) return;
  for (const section of allocatedSections(sections)) {
    const reason = functionArrays.has(section.type)
      ? oddFunctions(section, header, view)
      : relocations.has(section.type)
        ? oddRelocations(reader, section, header, view)
        : null;
    if (reason === null) continue;
    reader.defect('code', reason);
    return;
  }
}

function oddFunctions(
  { address, size }: Section,
  { layout }: FileHeader,
  { words, starts }: MemoryView,
): string | null {
  const word = layout.class / 8;
  const end = address + Math.min(size, maxTable);
  for (let at = address; at + word <= end; at += word) {
    const target = words.at(at);
    const reason = target === null ? null : starts.reasonAgainst(target, calledAtStart);
    if (reason !== null) return reason;
  }
  return null;
}

/** `apply_irel` ends the program at any other type than R_*_IRELATIVE; musl has none of these. */
function oddRelocations(
  reader: RangeReader,
  { type, offset, size: length }: Section,
  { layout, machine }: FileHeader,
  { memory, words, starts }: MemoryView,
): string | null {
  const content = length > maxTable ? null : reader.peek(offset, length);
  const word = layout.class / 8;
  const size = (type === SHT_RELA ? 3 : 2) * word;
  const irelative = relocationTypesOf(machine, layout.class)?.irelative ?? [];
  if (irelative.length === 0 || content === null) return null;
  const infoAt = layout.class === 64 && layout.endianness === 'little' ? word : 2 * word - 4;
  const written = new Set<number>();
  for (let at = 0; at + size <= content.length; at += size) {
    const number = content.u32(at + infoAt) & (layout.class === 32 ? 0xff : 0xffff_ffff);
    if (!irelative.includes(number >>> 0)) return 'a relocation of a static program is none of an IFUNC';
    const place = content.word(at);
    if (!memory.has(place, word, PF_W)) return 'a relocation writes into a read-only segment';
    if (place % word !== 0) return 'a slot of the PLT is not aligned';
    if (written.has(place)) return 'two relocations write to one place';
    written.add(place);
    const resolver = type === SHT_RELA ? content.word(at + 2 * word) : words.at(place);
    const reason = resolver === null ? null : starts.reasonAgainst(resolver, 'a resolver of an IFUNC');
    if (reason !== null) return reason;
  }
  return null;
}
