/** The bytes are not an ELF file (no magic, or shorter than a file header). Everything else is a defect, not an error. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}
