import { PF_W, PT_LOAD } from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { fileRangeOf } from '../../elf/segments.ts';

/** Bytes of a page, the smallest that machines have. */
export const pageSize = 4096;

/** The end of the last page that holds bytes of the file: after its last byte that page reads as zeros. */
const lastPageEnd = (elf: ElfFile): number => Math.ceil(elf.size / pageSize) * pageSize;

/** The segment promises bytes on a page that the file lacks: touching it is SIGBUS (K14, G14). */
function losesPages(elf: ElfFile, filter: (segment: ElfFile['segments'][number]) => boolean): boolean {
  const end = lastPageEnd(elf);
  return elf.segments.some(
    (segment) => segment.type === PT_LOAD && filter(segment) && segment.offset + segment.filesz > end,
  );
}

const isWritable = ({ flags }: ElfFile['segments'][number]): boolean => (flags & PF_W) !== 0;

/** The first page of code that runs is missing. */
function losesEntry(elf: ElfFile): boolean {
  const entry = Number(elf.entry);
  const range = entry === 0 ? null : fileRangeOf(elf.segments, entry);
  return range !== null && range.offset >= lastPageEnd(elf);
}

/** A table that is read first is missing. What else contradicts itself does so for want of bytes. */
function losesTables(elf: ElfFile): boolean {
  return elf.defects.some(({ part }) => part !== 'notes' && part !== 'code' && part !== 'sections');
}

/**
 * The file is truncated so that its start dies: a page of its data is missing, its entry point, or something that is read first. Segments
 * that only reach past the end within the last page do no harm by themselves; UPX makes such files.
 */
export function isCutOff(elf: ElfFile): boolean {
  const isWhole = elf.defects.some(({ part }) => part === 'sections');
  return elf.truncated && !isWhole && (losesPages(elf, isWritable) || losesEntry(elf) || losesTables(elf));
}

/**
 * A page of code or constants is missing, or data within the last page, and nothing says whether the start touches it. UPX,
 * whose segments reach past the end, leaves no section headers; where some are promised the file has lost its end.
 */
export function mayBeCutOff(elf: ElfFile): boolean {
  return elf.truncated && !isCutOff(elf) && (elf.hasSectionTable || losesPages(elf, () => true));
}

/** How a truncated program dies: 139 when the kernel clears the end of a segment on a missing page, else 135. */
export function programCutStatus(elf: ElfFile): number {
  if (losesPages(elf, ({ memsz, filesz }) => memsz > filesz)) return 139;
  return libraryCutStatus(elf);
}

/** How a start dies of a truncated library: 135 at a missing page, 139 by what reads as zeros. */
export function libraryCutStatus(elf: ElfFile): number {
  return losesPages(elf, () => true) ? 135 : 139;
}
