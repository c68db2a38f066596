import type { Fields, ShellState, Value } from './state.ts';
import type { Part, Word } from './syntax.ts';

/** What a word needs of the shell's surroundings. */
export interface Surroundings {
  /** `$0`. */
  readonly name: string;
  /** The output of a command substitution without its line breaks at the end; null where it is not known. */
  substitute(text: string, state: ShellState): Value;
}

/** Variables that shells and engines set themselves, to what no file tells. */
const setElsewhere =
  /^(?:HOME|HOSTNAME|TERM|PWD|OLDPWD|IFS|PPID|PS\d|OPTIND|RANDOM|SECONDS|LINENO|SHLVL|UID|EUID|GROUPS|_|BASH\w*|SHELL|MACHTYPE|OSTYPE|HOSTTYPE|DIRSTACK|FUNCNAME|LC_\w+|LANG)$/;

/** A pattern of the shell as a regular expression; null for one that holds brackets, which depend on the locale. */
export function patternOf(pattern: string): RegExp | null {
  if (/[[\\]/.test(pattern)) return null;
  const source = pattern
    .replace(/[.+^${}()|\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^(?:${source})$`, 's');
}

/** The value of a variable; `''` for one that is not set, which `isSet` tells. */
function variable(
  name: string,
  state: ShellState,
  { name: zero }: Surroundings,
): { value: Value; isSet: boolean | null } {
  if (name === '0') return { value: zero, isSet: true };
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

/** `value` without its shortest or longest beginning or end that fits the pattern. */
function trimmed(value: string, operator: string, pattern: string): Value {
  const expression = patternOf(pattern);
  if (expression === null) return null;
  const isPrefix = operator.startsWith('#');
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const piece = isPrefix ? value.slice(0, length) : value.slice(value.length - length);
    if (expression.test(piece)) return isPrefix ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** The argument of `${name-argument}`, where it is plain text or one more parameter. */
function argumentValue(argument: string, state: ShellState, around: Surroundings): Value {
  const plain = argument.replace(/^"(.*)"$/s, '$1').replace(/^'([^']*)'$/, '$1');
  const [, name] = /^\$(?:\{(\w+)\}|(\w+))$/.exec(plain) ?? [];
  if (name !== undefined) return variable(name, state, around).value;
  return /[$`"'\\]/.test(plain) ? null : plain;
}

function parameter(part: Part & { kind: 'parameter' }, state: ShellState, around: Surroundings): Value {
  const { name, operator, argument } = part;
  const { value, isSet } = variable(name, state, around);
  if (operator === '') return value;
  if (/^[#%]/.test(operator)) {
    const pattern = argumentValue(argument, state, around);
    return value === null || pattern === null ? null : trimmed(value, operator, pattern);
  }
  if (isSet === null || value === null) return null;
  const isThere = operator.startsWith(':') ? value !== '' : isSet;
  if (operator.endsWith('+')) return isThere ? argumentValue(argument, state, around) : '';
  if (isThere) return value;
  if (operator.endsWith('?')) return null;
  const given = argumentValue(argument, state, around);
  if (operator.endsWith('=')) state.set(name, given);
  return given;
}

/** A word where no field is split: in an assignment, after `case`, between quotes. */
export function expandText({ parts }: Word, state: ShellState, around: Surroundings): Value {
  let text = '';
  for (const part of parts) {
    const value = partValue(part, state, around);
    if (value === null) return null;
    text += value;
  }
  return text;
}

function partValue(part: Part, state: ShellState, around: Surroundings): Value {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'opaque') return null;
  if (part.kind === 'substitution') return around.substitute(part.text, state);
  if (part.name === '@' || part.name === '*') {
    const { values, open } = state.positional;
    return open || values.includes(null) || part.operator !== '' ? null : values.join(' ');
  }
  return parameter(part, state, around);
}

/** One word as the fields that it becomes (POSIX.1-2017, 2.6), without the expansion of file names. */
function expandWord(word: Word, state: ShellState, around: Surroundings): Fields {
  const [only] = word.parts.filter((part) => part.kind !== 'text' || part.text !== '');
  const solid = word.parts.filter((part) => part.kind !== 'text' || part.text !== '').length;
  if (solid === 1 && only?.kind === 'parameter' && only.name === '@' && only.operator === '') {
    return only.quoted ||
      state.positional.values.every((value) => value !== null && /^[^\s*?[]+$/.test(value))
      ? state.positional
      : { values: [], open: true };
  }
  let fields: string[] = [''];
  let isThere = word.parts.some((part) => part.kind === 'text' || part.quoted);
  for (const part of word.parts) {
    const value = partValue(part, state, around);
    if (value === null) {
      const isOneField = word.parts.every(({ kind, quoted }) => quoted || kind === 'text');
      return isOneField ? { values: [null], open: false } : { values: [], open: true };
    }
    if (part.quoted) fields[fields.length - 1] += value;
    else if (part.kind === 'text') {
      if (/[*?[]/.test(value) && solid > 1) return { values: [null], open: true };
      fields[fields.length - 1] += part.text === '~' ? '' : value;
      if (part.text === '~') return { values: [null], open: false };
    } else {
      if (/[*?[]/.test(value)) return { values: [], open: true };
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
    if (fields.open) return { values, open: true };
  }
  return { values, open: false };
}
