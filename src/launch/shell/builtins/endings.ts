import { withExports } from '../commands/assignments.ts';
import { failsAt, goesOn, UnclearLoop, unknown } from '../flow.ts';
import type { Builtin } from './builtin.ts';

/** `exec`: the program takes the place of the shell; without one, only redirections. */
export const exec: Builtin = ({ args, line, assigned }, state) => {
  const [first] = args.values;
  if (args.values.length === 0)
    return args.open ? unknown(line, 'what it executes is not known') : goesOn(true);
  if (first?.startsWith('-') === true) return unknown(line, `exec ${first} is not followed`);
  return { kind: 'command', line, argv: args, isExec: true, state: withExports(state, assigned) };
};

/** `exit`; without a number its status is that of the command before. */
export const exit: Builtin = ({ args: { values, open }, line }) => {
  const [status = null] = values;
  if (status === null || open) return { kind: 'exits', failed: null, cause: null };
  const exitStatus = /^\d{1,9}$/.test(status) ? Number(status) & 0xff : null;
  if (exitStatus === 0) return { kind: 'exits', failed: false, cause: null };
  return failsAt('exit', line, `it exits with status ${status}`, { said: '', exitStatus });
};

/** `return` of a function or of a file that is read. */
export const returns: Builtin = ({ args: { values }, line }, _state, { calls }) => {
  if (calls.length === 0) return unknown(line, 'return is not followed');
  const [status = null] = values;
  if (status === null) return { kind: 'returns', truth: null };
  const exitStatus = /^\d{1,9}$/.test(status) ? Number(status) & 0xff : null;
  const truth = exitStatus === null ? null : exitStatus === 0;
  return truth === false
    ? { kind: 'returns', truth, failure: { said: '', exitStatus } }
    : { kind: 'returns', truth };
};

/** `break` and `continue`, which count where the rounds of the loop are followed one by one. */
export const breakLoop: Builtin = ({ name, args: { values } }, _state, { rounds }) => {
  if (rounds.at(-1) !== true) return goesOn(null);
  if (values.length > 0 && values[0] !== '1') throw new UnclearLoop();
  return { kind: 'leaves', isBreak: name === 'break' };
};

/** `wait` behind the last command: what it waits for is what the script is there for. */
export const wait: Builtin = ({ args: { values, open }, line, standing }, state) => {
  const [only, ...others] = state.background;
  const isNamed = values.length > 0 || open;
  if (!standing.isTail || !isNamed || only === undefined) return goesOn(null);
  if (others.length > 0) return unknown(line, 'it waits for one of several programs');
  return { kind: 'command', line: only.line, argv: only.argv, isExec: false, state: only.state };
};
