import type { Finding } from '../../rules/finding.ts';
import { printable } from '../printable.ts';
import { labelled, listed } from './labelled.ts';
import { placeLines } from './places.ts';
import type { TextOptions, TextStyle } from './style.ts';

const placesShown = 8;

/** What names a thing: a path, symbol, version, number, or a word with capitals; plain words name none. */
const isName = (word: string): boolean => /[/_.:=#$~\d]|[a-z][A-Z]|^[A-Z]{2,}/.test(word);

/** Parts of the ELF format, which stand for the words beside them. */
const formatName = /^(?:DT|PT|NT)_\w+$/;

const wordsOf = (text: string): string[] =>
  text.split(/[\s,;()"\u201c\u201d]+/).map((word) => word.replace(/[.:]+$/, ''));

/** Whether a text names nothing that was not told before. A count in front is that of the names behind it. */
function isTold(text: string, told: ReadonlySet<string>): boolean {
  return wordsOf(text.replace(/^\d+ /, '')).every(
    (word) => !isName(word) || formatName.test(word) || told.has(word),
  );
}

/**
 * What a finding rests on: expected, found, and where. Without `verbose` a line that names nothing new after the message, and after
 * `known`, is left out, and the folders that the loader searched are one line for each reason to search them.
 */
export function evidenceLines(
  finding: Finding,
  known: readonly string[],
  options: TextOptions,
  style: TextStyle,
): string[] {
  const { message, expected, found, where } = finding;
  const { verbose } = options;
  const told = new Set([...wordsOf(message), ...known]);
  const lines: string[] = [];
  for (const [label, text] of [
    ['expected', expected],
    ['found', found],
  ] as const) {
    if (text === '' || (!verbose && isTold(text, told))) continue;
    lines.push(...labelled(label, text, options, style));
    for (const word of wordsOf(text)) told.add(word);
  }
  if (verbose) return [...lines, ...listed('where', where.map(printable), style)];
  if (where.every((place) => told.has(place))) return lines;
  const places = placeLines(finding, options.columns);
  const hidden = places.length - placesShown;
  const more = hidden > 0 ? [style.dim(`and ${hidden} more (--verbose lists them)`)] : [];
  return [...lines, ...listed('where', [...places.slice(0, placesShown), ...more], style)];
}
