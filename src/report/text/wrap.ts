import { displayWidth } from './display-width.ts';

/**
 * Breaks prose at its blanks into lines of at most `columns` columns. The first line starts with `first`, the others with
 * `hanging`. A word longer than a line (a path) is never broken, nor is a word at a no-break space.
 */
export function wrapProse(text: string, columns: number, first: string, hanging: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    const joined = empty ? line + word : `${line} ${word}`;
    if (!empty && displayWidth(joined) > columns) {
      lines.push(line);
      line = hanging + word;
    } else {
      line = joined;
    }
    empty = false;
  }
  lines.push(line);
  return lines;
}
