import { headOf } from './head.ts';
import { isLibraryName } from './library-name.ts';
import { isMachOStart } from './mach-o.ts';
import { beforeShebang, lfsPointer, serverAnswer, wordOf } from './text.ts';

/**
 * Whether the head of a file of an image is worth keeping: loaders and kernel may meet it, and it says more than that it is
 * no ELF file. `head` is at least the first 52 bytes, or all of the file.
 */
export function isForeignOfInterest(path: string, head: Uint8Array, size: number): boolean {
  if (size === 0) return false;
  if (isLibraryName(path)) return true;
  const bytes = headOf(head);
  if (isMachOStart(bytes)) return true;
  const start = bytes.toString('latin1', 0, lfsPointer.length);
  if (
    start.startsWith('\x7fELF') ||
    start.startsWith('MZ') ||
    start.startsWith('\0asm') ||
    start === lfsPointer
  )
    return true;
  const text = bytes.toString('latin1');
  if (beforeShebang(text) !== null || (size <= bytes.length && serverAnswer.test(text))) return true;
  const word = size <= bytes.length ? wordOf(text, size) : null;
  return word !== null && /[./]/.test(word);
}
