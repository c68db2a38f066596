import type { Part, Word } from '../language/syntax.ts';
import type { Fields, ShellState, Value } from '../state.ts';
import { expandText, longestValue, partValue } from './expand.ts';
import { expandPath } from './globs.ts';
import type { Surroundings } from './surroundings.ts';

/** More arguments are taken for unknown: `set -- "$@" "$@"` doubles them. */
const mostArguments = 4096;

/** A part that becomes any number of fields even between quotes. */
const isMany = (part: Part): boolean =>
  (part.kind === 'opaque' && part.isMany) || (part.kind === 'parameter' && part.name === '@');

/** `${!PREFIX@}`: the names of the variables that begin so. */
function namesWith(prefix: string, state: ShellState): Fields {
  const names = [...state.variables.keys()].filter((name) => name.startsWith(prefix)).sort();
  return { values: names, open: names.some((name) => state.variables.get(name) === null) };
}

/** The text of a word that is a pattern of paths; null for one that is none, or of which too little is known. */
function patternOf(word: Word, state: ShellState, around: Surroundings): string | null {
  const hasStars = word.parts.some((part) => part.kind === 'text' && !part.quoted && /[*?]/.test(part.text));
  const isPlain = word.parts.every(
    (part) => part.kind === 'text' || part.quoted || part.kind === 'parameter',
  );
  if (!hasStars || !isPlain || word.parts.some(isMany)) return null;
  const text = expandText(word, state, around);
  const hasHidden = word.parts.some(
    (part) => part.quoted && /[*?[\\]/.test(partValue(part, state, around) ?? '*'),
  );
  return text === null || hasHidden || /\s/.test(text) ? null : text;
}

/** `{a,b}` that is not quoted: several words. */
function hasBraces({ parts }: Word): boolean {
  const text = parts.map((part) => (part.kind === 'text' && !part.quoted ? part.text : ' ')).join('');
  return /\{[^{}]*(?:,|\.\.)[^{}]*\}|\{[^{}]*\{/.test(text);
}

/** Whether text that is not quoted is a pattern of paths; a `[` that no `]` closes before a slash is a plain letter. */
const isPattern = (text: string, word: string): boolean =>
  /[*?]/.test(text) || (text.includes('[') && /\[[^/]*\]/.test(word));

/** One word as the fields that it becomes (POSIX.1-2017, 2.6). */
function expandWord(word: Word, state: ShellState, around: Surroundings): Fields {
  const [only] = word.parts.filter((part) => part.kind !== 'text' || part.text !== '');
  const solid = word.parts.filter((part) => part.kind !== 'text' || part.text !== '').length;
  if (solid === 1 && only?.kind === 'parameter' && only.name === '@' && only.operator === '') {
    return only.quoted ||
      state.positional.values.every((value) => value !== null && /^[^\s*?[]+$/.test(value))
      ? state.positional
      : { values: [], open: true };
  }
  if (solid === 1 && only?.kind === 'parameter' && only.operator === 'from' && only.quoted)
    return { ...state.positional, values: state.positional.values.slice(Number(only.argument) - 1) };
  if (solid === 1 && only?.kind === 'parameter' && only.operator === 'names')
    return namesWith(only.name, state);
  const pattern = patternOf(word, state, around);
  if (pattern !== null) return expandPath(pattern, state, around) ?? { values: [], open: true };
  if (around.isBash && hasBraces(word)) return { values: [], open: true };
  let fields: string[] = [''];
  let length = 0;
  let isThere = word.parts.some((part) => part.kind === 'text' || part.quoted);
  for (const part of word.parts) {
    const value = partValue(part, state, around);
    if (value === null) {
      const isOneField = word.parts.every((each) => (each.quoted && !isMany(each)) || each.kind === 'text');
      return isOneField ? { values: [null], open: false } : { values: [], open: true };
    }
    length += value.length;
    if (length > longestValue) return { values: [], open: true };
    if (part.quoted) fields[fields.length - 1] += value;
    else if (part.kind === 'text') {
      if (solid > 1 && isPattern(value, expandText(word, state, around) ?? '[]'))
        return { values: [null], open: true };
      fields[fields.length - 1] += part.text === '~' ? '' : value;
      if (part.text === '~') return { values: [null], open: false };
    } else {
      if (/[*?[]/.test(value) || (value !== '' && state.variables.has('IFS')))
        return { values: [], open: true };
      const [first = '', ...others] = value.split(/[ \t\n]+/);
      fields[fields.length - 1] += first;
      fields = [...fields, ...others];
      isThere ||= value !== '';
    }
  }
  if (!isThere) return { values: [], open: false };
  const isSplit = fields.length > 1;
  return { values: isSplit ? fields.filter((field) => field !== '') : fields, open: false };
}

/** All words of a command as fields; behind a word of which it is not known how many fields it has, nothing is known. */
export function expandWords(words: readonly Word[], state: ShellState, around: Surroundings): Fields {
  const values: Value[] = [];
  for (const word of words) {
    const fields = expandWord(word, state, around);
    values.push(...fields.values);
    if (values.length > mostArguments) return { values: [], open: true };
    if (fields.open) return { values, open: true };
  }
  return { values, open: false };
}
