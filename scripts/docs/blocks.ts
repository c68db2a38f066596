const end = '<!-- end of generated -->';

/**
 * `text` with the block of a name renewed: what stands between `<!-- generated: NAME -->` and `<!-- end of generated -->`.
 * Throws when `text` has no such block.
 */
export function withBlock(text: string, name: string, block: string): string {
  const start = `<!-- generated: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Error(`there is no block "${name}": it begins with ${start} and ends with ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${block}\n\n${text.slice(to)}`;
}

/** A Markdown table. A `|` in a cell is escaped. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)].join('\n');
}
