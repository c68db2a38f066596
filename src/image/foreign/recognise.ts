import { byMagic } from './by-magic.ts';
import { headOf } from './head.ts';
import type { ForeignFile } from './kinds.ts';
import { machOFile } from './mach-o.ts';
import { portableExecutable } from './portable-executable.ts';
import { textual } from './text.ts';

/** What a file is that is neither ELF nor script. `head` is its start, `foreignHeadSize` bytes or all of it; `size` its length in bytes. */
export function recogniseForeign(head: Uint8Array, size: number): ForeignFile {
  if (size === 0) return { kind: 'empty' };
  const bytes = headOf(head);
  return machOFile(bytes) ?? portableExecutable(bytes) ?? byMagic(bytes) ?? textual(bytes, size);
}
