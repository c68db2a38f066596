import type { RangeReader } from './bytes/range-reader.ts';
import { SHF_ALLOC } from './constants.ts';
import { type FileHeader, headerOffsets, tableSizes } from './file-header.ts';

/** What linkers make has some dozens; `-ffunction-sections` is gone after a link. */
const maxSections = 1024;
const maxNames = 64 * 1024;

/** One section header (Elf64_Shdr / Elf32_Shdr). */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

/**
 * The section headers of a linked file, by index; empty when there are none or they cannot be read. Kernel and loaders never
 * read them. They are a second witness of what the linker placed where.
 */
export function readSectionTable(reader: RangeReader, header: FileHeader): readonly Section[] {
  const { layout, shnum, bytes } = header;
  const at = headerOffsets[layout.class];
  const size = tableSizes[layout.class].sectionHeader;
  if (shnum === 0 || shnum > maxSections || bytes.u16(at.shentsize) !== size) return [];
  const table = reader.peek(bytes.word(at.shoff), shnum * size);
  if (table === null) return [];
  const word = layout.class / 8;
  const sections = Array.from({ length: shnum }, (_, index) => {
    const entry = index * size;
    const wordAt = (field: number) => table.word(entry + 8 + field * word);
    return {
      nameAt: table.u32(entry),
      type: table.u32(entry + 4),
      flags: wordAt(0),
      address: wordAt(1),
      offset: wordAt(2),
      size: wordAt(3),
      link: table.u32(entry + 8 + 4 * word),
      info: table.u32(entry + 12 + 4 * word),
      alignment: table.word(entry + 16 + 4 * word),
      entrySize: table.word(entry + 16 + 5 * word),
    };
  });
  const names = sections[bytes.u16(at.shstrndx)];
  const text = names === undefined ? null : reader.peek(names.offset, Math.min(names.size, maxNames));
  return sections.map(({ nameAt, ...section }) => ({
    ...section,
    name: text === null || nameAt >= text.length ? '' : text.textUntilNul(nameAt),
  }));
}

/** The sections that are part of a segment and not empty. */
export function allocatedSections(sections: readonly Section[]): Section[] {
  return sections.filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0);
}
