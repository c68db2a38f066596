import { eastAsianWidth } from 'get-east-asian-width';

const marks = /\p{Mark}/u;

/** Columns that `text` takes in a terminal. It must hold no control characters (see `printable`). */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (!marks.test(character)) width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}

/** `text` with blanks after it up to `width` columns; unchanged when it is longer. */
export function padDisplay(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
