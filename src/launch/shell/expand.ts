import { evaluate } from './arithmetic.ts';
import { expandPath, type Folders } from './globs.ts';
import { quotedPattern, trimmed } from './patterns.ts';
import type { Fields, ShellState, Value } from './state.ts';
import type { Part, Word } from './syntax.ts';
import { wordOf } from './words.ts';

/** What a word needs of the shell's surroundings. */
export interface Surroundings extends Folders {
  /** The shell is bash. */
  readonly isBash: boolean;
  /** `$0`. */
  readonly name: string;
  /** The user, as `id -u` prints it. */
  readonly uid: string;
  /** The output of a command substitution without its line breaks at the end; null where it is not known. */
  substitute(text: string, state: ShellState): Value;
}

/** Variables that shells and engines set themselves, to what no file tells. */
const setElsewhere =
  /^(?:HOME|HOSTNAME|TERM|PWD|OLDPWD|IFS|PPID|PS\d|OPTIND|RANDOM|SECONDS|LINENO|SHLVL|UID|EUID|GROUPS|_|BASH\w*|SHELL|MACHTYPE|OSTYPE|HOSTTYPE|DIRSTACK|FUNCNAME|LC_\w+|LANG)$/;

/** Longer values are taken for unknown. */
const longestValue = 128 * 1024;
/** More arguments are taken for unknown: `set -- "$@" "$@"` doubles them. */
const mostArguments = 4096;

/** A variable that is not set ends the shell: `set -u`, `${NAME:?}`. */
export class UnsetVariable extends Error {
  override readonly name = 'UnsetVariable';
}

/** The value of a variable; `''` for one that is not set, which `isSet` tells. */
function lookedUp(
  name: string,
  state: ShellState,
  around: Surroundings,
): { value: Value; isSet: boolean | null } {
  const { name: zero } = around;
  if (name === '0') return { value: zero, isSet: true };
  if (name === 'BASH_SOURCE') return { value: state.variables.get(name) ?? zero, isSet: true };
  if (name.startsWith('!') && name.length > 1) {
    const { value: pointer } = lookedUp(name.slice(1), state, around);
    if (pointer === null || !/^(?:[A-Za-z_]\w*|\d+|[#@*])$/.test(pointer))
      return { value: null, isSet: null };
    return /^[@*]$/.test(pointer) ? { value: null, isSet: null } : lookedUp(pointer, state, around);
  }
  if (name === 'PWD' && state.cwd !== null) return { value: state.cwd, isSet: true };
  if ((name === 'UID' || name === 'EUID') && around.isBash) return { value: around.uid, isSet: true };
  if (name === '#')
    return { value: state.positional.open ? null : String(state.positional.values.length), isSet: true };
  if (/^\d+$/.test(name)) {
    const { values, open } = state.positional;
    const value = values[Number(name) - 1];
    if (value !== undefined) return { value, isSet: true };
    return open ? { value: null, isSet: null } : { value: '', isSet: false };
  }
  if (/^[?$!-]$/.test(name)) return { value: null, isSet: true };
  const value = state.variables.get(name);
  if (value === undefined)
    return setElsewhere.test(name) ? { value: null, isSet: null } : { value: '', isSet: false };
  return { value, isSet: value === null ? null : true };
}

/** The value of a variable that must be set under `set -u`. Throws UnsetVariable. */
function variable(name: string, state: ShellState, around: Surroundings): Value {
  const { value, isSet } = lookedUp(name, state, around);
  if (isSet === false && state.nounset) throw new UnsetVariable(name);
  return value;
}

/** The argument of `${name-argument}` as a word. */
function argumentOf({ argument, quoted }: Part & { kind: 'parameter' }, { isBash }: Surroundings): Word {
  const unread: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: false }] };
  return quoted && argument.includes("'") ? unread : (wordOf(argument, isBash) ?? unread);
}

function parameter(part: Part & { kind: 'parameter' }, state: ShellState, around: Surroundings): Value {
  const { name, operator, argument } = part;
  if (operator === 'names' || operator === 'from') return null;
  if (operator === '') return variable(name, state, around);
  if (operator === 'length') {
    const whole = variable(name, state, around);
    return whole === null ? null : String(whole.length);
  }
  if (operator === 'piece') {
    const whole = around.isBash ? variable(name, state, around) : null;
    const [from = 0, length] = argument.split(':').map(Number);
    return whole?.slice(from, length === undefined ? undefined : from + length) ?? null;
  }
  const { value, isSet } = lookedUp(name, state, around);
  if (/^[#%]/.test(operator)) {
    variable(name, state, around);
    const pattern = expandPattern(argumentOf(part, around), state, around);
    return value === null || pattern === null ? null : trimmed(value, operator, pattern);
  }
  if (isSet === null || value === null) return null;
  const isThere = operator.startsWith(':') ? value !== '' : isSet;
  if (operator.endsWith('+')) return isThere ? expandText(argumentOf(part, around), state, around) : '';
  if (isThere) return value;
  if (operator.endsWith('?')) throw new UnsetVariable(name);
  const given = expandText(argumentOf(part, around), state, around);
  if (operator.endsWith('=')) state.set(name, given);
  return given;
}

/** A word where no field is split: in an assignment, after `case`, between quotes. */
export function expandText({ parts }: Word, state: ShellState, around: Surroundings): Value {
  let text = '';
  for (const part of parts) {
    const value = partValue(part, state, around);
    if (value === null || text.length + value.length > longestValue) return null;
    text += value;
  }
  return text;
}

/** A word as the pattern of `case` or `[[ == ]]`, in which what is quoted stands for itself. */
export function expandPattern(word: Word, state: ShellState, around: Surroundings): Value {
  let pattern = '';
  for (const part of word.parts) {
    const value = partValue(part, state, around);
    if (value === null || pattern.length + value.length > longestValue) return null;
    pattern += part.quoted ? quotedPattern(value) : value;
  }
  return pattern;
}

function partValue(part: Part, state: ShellState, around: Surroundings): Value {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'opaque') return null;
  if (part.kind === 'arithmetic') return computed(part.text, state, around);
  if (part.kind === 'substitution') return around.substitute(part.text, state);
  if (part.name === '@' || part.name === '*') {
    const { values, open } = state.positional;
    const isJoined = values.length > 1 && state.variables.has('IFS');
    const length = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    if (open || values.includes(null) || part.operator !== '' || isJoined) return null;
    return length > longestValue ? null : values.join(' ');
  }
  return parameter(part, state, around);
}

/** What arithmetic gives; variables that it sets are set. */
function computed(text: string, state: ShellState, around: Surroundings): Value {
  const { value, sets } = evaluate(text, (name) => lookedUp(name, state, around).value);
  for (const [name, number] of sets) state.set(name, number === null ? null : String(number));
  return value === null ? null : String(value);
}

/** `(( … ))`: whether it is not zero. */
export function arithmeticTruth(text: string, state: ShellState, around: Surroundings): boolean | null {
  const value = computed(text, state, around);
  return value === null ? null : value !== '0';
}

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
      if (/[*?[]/.test(value) && solid > 1) return { values: [null], open: true };
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
