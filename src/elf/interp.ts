import type { RangeReader } from './bytes/range-reader.ts';
import { PT_INTERP } from './constants.ts';
import type { Interp, Segment } from './elf-file.ts';

/** PATH_MAX: the longest PT_INTERP that a kernel reads (K20). */
const maxInterp = 4096;

/** The interpreter as the kernel reads it: the first PT_INTERP only, 2 to 4096 bytes, the last of them NUL, the name up to the first NUL (K20). */
export function readInterp(reader: RangeReader, segments: readonly Segment[]): Interp | null {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return null;
  const { offset, filesz } = segment;
  const bytes = reader.read('interp', offset, Math.min(filesz, maxInterp));
  const wellFormed =
    filesz >= 2 && filesz <= maxInterp && bytes.length === filesz && bytes.u8(filesz - 1) === 0;
  return { path: bytes.textUntilNul(0), wellFormed };
}
