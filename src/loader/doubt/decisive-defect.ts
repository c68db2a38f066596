import type { ElfDefect, ElfFile } from '../../elf/elf-file.ts';

/**
 * The first part of an object that could not be read and that its start depends on; null when there is none. Broken notes
 * are ignored by every loader: patchelf leaves a PT_GNU_PROPERTY behind that leads to other bytes.
 */
export function decisiveDefect(elf: ElfFile): ElfDefect | null {
  return elf.defects.find(({ part }) => part !== 'notes') ?? null;
}
