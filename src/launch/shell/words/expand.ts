import { wordOf } from '../language/lexer.ts';
import type { Part, Word } from '../language/syntax.ts';
import type { ShellState, Value } from '../state.ts';
import { evaluate } from './arithmetic.ts';
import { quotedPattern, trimmed } from './patterns.ts';
import type { Surroundings } from './surroundings.ts';
import { BadSubstitution, lookedUp, UnsetVariable, variable } from './variables.ts';

/** Longer values are taken for unknown. */
export const longestValue = 128 * 1024;
/** The argument of `${name-argument}` as a word. */
function argumentOf({ argument, quoted }: Part & { kind: 'parameter' }, { shell }: Surroundings): Word {
  const unread: Word = { parts: [{ kind: 'opaque', quoted: true, isMany: false }] };
  return quoted && argument.includes("'") ? unread : (wordOf(argument, shell) ?? unread);
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
    const whole = variable(name, state, around);
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
  if (operator.endsWith('?')) throw new UnsetVariable(name, unsetWords(part, state, around));
  const given = expandText(argumentOf(part, around), state, around);
  if (operator.endsWith('=')) state.set(name, given);
  return given;
}

/** What `${NAME:?text}` prints. */
function unsetWords(
  part: Part & { kind: 'parameter' },
  state: ShellState,
  around: Surroundings,
): string | null {
  const { name, operator, argument } = part;
  const given = argument === '' ? '' : expandText(argumentOf(part, around), state, around);
  if (given === null || given !== '') return given === null ? null : `${name}: ${given}`;
  if (operator === '?') return `${name}: parameter not set`;
  return `${name}: parameter ${around.isBash ? 'null or not set' : 'not set or null'}`;
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

/** A word as the pattern of `case` or `[[ == ]]`: quoted characters match only themselves. */
export function expandPattern(word: Word, state: ShellState, around: Surroundings): Value {
  let pattern = '';
  for (const part of word.parts) {
    const value = partValue(part, state, around);
    if (value === null || pattern.length + value.length > longestValue) return null;
    pattern += part.quoted ? quotedPattern(value) : value;
  }
  return pattern;
}

/** The value of a piece of a word; null where it is not known. */
export function partValue(part: Part, state: ShellState, around: Surroundings): Value {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'bad') throw new BadSubstitution();
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
