import { PT_LOAD } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';

/**
 * Whether a file of which only facts are left looks as UPX writes programs (S20): no section headers, no dynamic segment, and two
 * PT_LOAD segments that both begin with the file, or of which the second is empty.
 */
export function looksPacked({ segments, dynamic, interp, hasSectionTable }: ElfFile): boolean {
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const [first, second] = loads;
  if (hasSectionTable || dynamic !== null || interp !== null || loads.length !== 2) return false;
  if (first === undefined || second === undefined || first.offset !== 0) return false;
  const sharesStart = second.offset === 0 && first.memsz > first.filesz;
  // UPX 3 and older: a second segment without a byte, which no linker makes.
  return sharesStart || second.memsz === 0;
}
