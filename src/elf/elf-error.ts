/** The bytes are not an ELF file (no magic, or shorter than a file header). Anything else that is wrong is a defect, not an error. */
export class ElfError extends Error {
  override readonly name = 'ElfError';
}
