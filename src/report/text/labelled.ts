import { printable } from '../printable.ts';
import type { TextOptions, TextStyle } from './style.ts';
import { wrapProse } from './wrap.ts';

const evidenceIndent = '      ';
const labelWidth = 10;

/** What stands in front of a line that has no label. */
export const hanging = evidenceIndent + ' '.repeat(labelWidth);

/** What stands in front of the first line: the label, dim. */
export const labelOf = (label: string, style: TextStyle): string =>
  `${evidenceIndent}${style.dim(label.padEnd(labelWidth))}`;

/** Prose behind a dim label. The label is painted after wrapping, since colour codes take no columns. */
export function labelled(label: string, text: string, options: TextOptions, style: TextStyle): string[] {
  const [first = '', ...others] = wrapProse(printable(text), options.columns, hanging, hanging);
  return [`${labelOf(label, style)}${first.slice(hanging.length)}`, ...others];
}

/** Lines behind a dim label, as they are. */
export const listed = (label: string, lines: readonly string[], style: TextStyle): string[] =>
  lines.map((line, position) => `${position === 0 ? labelOf(label, style) : hanging}${line}`);
