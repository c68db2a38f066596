import { existsSync } from 'node:fs';
import { recogniseForeign } from '../../image/foreign/recognise.ts';
import { headOf } from '../file-head.ts';

/** What parts the path of an archive from that of a file in it. */
export const separator = '!/';

/** `ARCHIVE!/MEMBER` in its two parts, parted at the first `!/`; null for what has none. */
function splitMember(word: string): { readonly archive: string; readonly member: string } | null {
  const at = word.indexOf(separator);
  if (at <= 0 || at + separator.length === word.length) return null;
  return { archive: word.slice(0, at), member: word.slice(at + separator.length) };
}

/** Whether a file is a zip archive, by its first bytes; a program that unpacks itself is a program. */
function isZip(path: string): boolean {
  try {
    const head = headOf(path);
    return recogniseForeign(head, head.length).kind === 'zip';
  } catch {
    return false;
  }
}

/** The archive that a word names, and its member for `ARCHIVE!/MEMBER`; null where it names no archive. */
export function archiveOf(word: string): { readonly archive: string; readonly member: string | null } | null {
  const parts = existsSync(word) ? null : splitMember(word);
  if (parts !== null && isZip(parts.archive)) return parts;
  return parts === null && isZip(word) ? { archive: word, member: null } : null;
}
