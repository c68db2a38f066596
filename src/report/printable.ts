import { visible, visibleJson } from '../image/visible-text.ts';

/** Most characters of a word, and of a line, of which a command line or a file may be the author. */
const longestWord = 240;
const longestLine = 4000;

/** `text` as it can safely be shown on one line of a terminal: what could act on it is shown as an escape, `\x1b`. */
export const printable = visible;

/** `printable` text of one line that repeats what somebody wrote: cut where it is longer than anybody reads. */
export function printableLine(text: string): string {
  const words = printable(text.slice(0, 4 * longestLine)).replace(/\S+/g, (word) => cut(word, longestWord));
  return cut(words, longestLine);
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Like `printable`, but line breaks stay line breaks. */
export function printableLines(text: string): string[] {
  return text.split('\n').map(printable);
}

/** `value` as a JSON document, indented by two, with a line break at its end. Safe to look at: the same document, with escapes of JSON. */
export function jsonDocument(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}
