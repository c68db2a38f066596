import type { ByteSource } from '../bytes/byte-source.ts';

/** Texts that are looked for are shorter. */
const longest = 128;

/** A text between two NULs. */
export interface FoundText {
  readonly text: string;
  /** Its place in the file. */
  readonly offset: number;
}

/** Every text that matches, in file order; `start` is part of each, so that few bytes are looked at. */
function* textsIn(bytes: Buffer, start: string, pattern: RegExp): Generator<FoundText> {
  for (let at = bytes.indexOf(start); at >= 0; ) {
    const end = bytes.indexOf(0, at);
    if (end < 0) return;
    const offset = bytes.lastIndexOf(0, at) + 1;
    const text = end - offset > longest ? '' : bytes.toString('latin1', offset, end);
    if (pattern.test(text)) yield { text, offset };
    at = bytes.indexOf(start, end);
  }
}

/**
 * The one text of a file that matches, at its first place; null when there is none, or there are different ones. Throws
 * UnreadableRangeError when the source no longer holds the file.
 */
export function onlyText(source: ByteSource, start: string, pattern: RegExp): FoundText | null {
  const range = source.read(0, source.size);
  const bytes = Buffer.from(range.buffer, range.byteOffset, range.byteLength);
  let first: FoundText | null = null;
  for (const found of textsIn(bytes, start, pattern)) {
    if (first !== null && first.text !== found.text) return null;
    first ??= found;
  }
  return first;
}
