import { goesOn, unknown } from '../flow.ts';
import type { Builtin } from './builtin.ts';

/** `printf`, which sets a variable under `-v`. */
export const printf: Builtin = ({ args: { values } }, state) => {
  if (values[0] === '-v' && values[1] != null) state.set(values[1], null);
  return goesOn(true);
};

/** `unset`. */
export const unset: Builtin = ({ args: { values, open }, line }, state) => {
  for (const variable of values) if (variable !== null) state.variables.delete(variable);
  return open || values.includes(null) ? unknown(line, 'what is unset is not known') : goesOn(true);
};

/** `read` and the like: variables that get a value of which nothing is known. */
export const read: Builtin = ({ name, args: { values, open }, line }, state) => {
  for (const variable of values) if (variable !== null) state.set(variable.replace(/\W.*/s, ''), null);
  return open || values.includes(null) ? unknown(line, `what ${name} sets is not known`) : goesOn(null);
};
