import { visible } from './visible-text.ts';

/**
 * Paths are kept as Latin-1 strings of their raw bytes: one character a byte. Linux paths are bytes without an encoding,
 * and the strings of an ELF file (`ElfFile`) are decoded the same way, so both compare byte for byte.
 */

const isAscii = (text: string): boolean => Buffer.byteLength(text, 'utf8') === text.length;

/** The Latin-1 form of a path that is known as text, such as one from the command line or a PAX header. */
export function pathFromText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The path as people write it: UTF-8 decoded. */
export function pathToText(path: string): string {
  return isAscii(path) ? path : Buffer.from(path, 'latin1').toString('utf8');
}

/** Text from a file made fit for one line of output: decoded, with escapes for what is not seen as it is, cut at 160 characters. */
export function printablePath(path: string): string {
  const text = visible(pathToText(path.slice(0, 1024)));
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** Longest path of an entry, in bytes. The kernel's own limit is 4096; tars can hold more. */
export const maxPathLength = 64 * 1024;

/** Why the name of an entry is refused. */
export type PathFault = 'leaves the root with ".."' | 'is longer than 64 KiB' | 'holds a NUL byte';

/** A path inside the root, or why it is none: no leading slash, no `.`; `./x`, `/x` and `x` are the same (I4). */
export function normaliseEntryPath(name: string): { readonly path: string } | { readonly fault: PathFault } {
  if (name.length > maxPathLength) return { fault: 'is longer than 64 KiB' };
  if (name.includes('\0')) return { fault: 'holds a NUL byte' };
  if (isNormal(name)) return { path: name };
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') return { fault: 'leaves the root with ".."' };
    parts.push(part);
  }
  return { path: parts.join('/') };
}

/** The common case without splitting: no empty, `.` or `..` component. */
function isNormal(name: string): boolean {
  return !/(?:^|\/)(?:\.{0,2})(?:\/|$)/.test(name);
}
