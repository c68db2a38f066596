import { goesOn, unknown } from '../flow.ts';
import type { ShellState, Value } from '../state.ts';
import { nullglob } from '../words/globs.ts';
import type { Builtin } from './builtin.ts';

/** Why a word of `set`'s options is not followed; null where it is, and then its letters count. */
function setLetters(word: Value, state: ShellState): string | null {
  const [, sign, letters = ''] = /^([-+])(\w+)$/.exec(word ?? '') ?? [];
  if (word?.endsWith('\r') === true) return 'its lines end in a carriage return';
  if (letters.includes('e')) state.errexit = sign === '-';
  if (letters.includes('u')) state.nounset = sign === '-';
  return letters.includes('a') ? 'set -a is not followed' : null;
}

/** `set`: errexit, nounset, and the arguments. */
export const set: Builtin = ({ args: { values, open }, line }, state) => {
  const dashes = values.indexOf('--');
  const options = dashes < 0 ? values : values.slice(0, dashes);
  const operand = options.findIndex(
    (word, i) => word === null || (!/^[-+]/.test(word) && !/o$/.test(options[i - 1] ?? '')),
  );
  for (const word of operand < 0 ? options : options.slice(0, operand)) {
    const reason = setLetters(word, state);
    if (reason !== null) return unknown(line, reason);
  }
  if (options.includes('nounset')) state.nounset = options[options.indexOf('nounset') - 1] !== '+o';
  if (options.includes('errexit')) state.errexit = options[options.indexOf('errexit') - 1] !== '+o';
  if (dashes >= 0) state.positional = { values: values.slice(dashes + 1), open };
  else if (operand >= 0 || open)
    state.positional = { values: operand < 0 ? [] : options.slice(operand), open };
  return goesOn(true);
};

/** `shift`. */
export const shift: Builtin = ({ args: { values }, line }, state) => {
  const count = values[0] === undefined ? 1 : Number(values[0] ?? Number.NaN);
  if (Number.isNaN(count)) return unknown(line, 'how far it shifts is not known');
  const { positional } = state;
  if (count > positional.values.length) return unknown(line, 'it shifts more than is there');
  state.positional = { values: positional.values.slice(count), open: positional.open };
  return goesOn(true);
};

/** `shopt` of bash, of which nullglob counts here. */
export const shopt: Builtin = ({ args: { values, open } }, state) => {
  if (open || values.includes('nullglob') || values.includes(null))
    state.set(nullglob, values[0] === '-s' ? 'on' : null);
  return goesOn(null);
};
