import type { ByteSource } from '../bytes/byte-source.ts';
import { RangeReader } from '../bytes/range-reader.ts';
import { SHN_XINDEX, SHT_SYMTAB } from '../constants.ts';
import { headerOffsets, readFileHeader, tableSizes } from '../file-header.ts';

const maxSections = 4096;
const maxComment = 64 * 1024;
const maxLines = 16;

/** Facts of the section table, for people; no verdict depends on them (K13). */
export interface SectionLook {
  /** Null when there is no section table. */
  readonly hasSymtab: boolean | null;
  /** Distinct lines of `.comment`: the compilers and linkers that left their names. */
  readonly comments: readonly string[];
}

const nothing: SectionLook = { hasSymtab: null, comments: [] };

/** Looks for `.symtab` and `.comment`. Throws ElfError as `readFileHeader` does. */
export function lookAtSections(source: ByteSource): SectionLook {
  const header = readFileHeader(source);
  const { layout, shnum, bytes } = header;
  const at = headerOffsets[layout.class];
  const size = tableSizes[layout.class].sectionHeader;
  if (shnum === 0 || shnum > maxSections || bytes.u16(at.shentsize) !== size) return nothing;
  const reader = new RangeReader(source, layout);
  const table = reader.read('dynamic', bytes.word(at.shoff), shnum * size);
  if (table.length < shnum * size) return nothing;
  const field = layout.class === 64 ? { offset: 24, size: 32 } : { offset: 16, size: 20 };
  const contentOf = (index: number, most: number) => {
    const start = index * size;
    return reader.read(
      'dynamic',
      table.word(start + field.offset),
      Math.min(table.word(start + field.size), most),
    );
  };
  const indexes = Array.from({ length: shnum }, (_, index) => index);
  const namesAt = bytes.u16(at.shstrndx);
  const names = namesAt < shnum && namesAt !== SHN_XINDEX ? contentOf(namesAt, 1024 * 1024) : null;
  const isComment = (index: number) => {
    const name = table.u32(index * size);
    return names !== null && name < names.length && names.text(name, name + 9) === '.comment\0';
  };
  const comment = indexes.find(isComment);
  return {
    hasSymtab: indexes.some((index) => table.u32(index * size + 4) === SHT_SYMTAB),
    comments: comment === undefined ? [] : linesOf(contentOf(comment, maxComment).raw),
  };
}

function linesOf(comment: Buffer): string[] {
  const lines = comment
    .toString('latin1')
    .split('\0')
    .map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, maxLines);
}
