import type { ElfDefect, ElfFile } from '../../elf/elf-file.ts';

/**
 * The first part of an object that could not be read and that its start depends on; null when there is none. Every loader
 * ignores broken notes: patchelf leaves a PT_GNU_PROPERTY that points to other bytes.
 */
export function decisiveDefect(elf: ElfFile): ElfDefect | null {
  return elf.defects.find(({ part }) => part !== 'notes') ?? null;
}
