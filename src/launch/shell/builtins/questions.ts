import { fileTest } from '../files/file-test.ts';
import { failed, goesOn, unknown } from '../flow.ts';
import { lastWords } from '../last-words.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import type { Truth } from '../truth.ts';
import { lookedUp } from '../words/variables.ts';
import type { Builtin } from './builtin.ts';
import { testOf } from './conditions.ts';
import { isBuiltin } from './names.ts';

/** `-v NAME` of bash. */
function isSet(name: string, state: ShellState, { world }: Shell): Truth {
  if (!world.isBash) return false;
  return /^[A-Za-z_]\w*$/.test(name) ? lookedUp(name, state, world).isSet : null;
}

/** `test` and `[`; dash knows no `==`. */
export const testCommand: Builtin = ({ name, args: { values, open } }, state, shell) => {
  const operands = name === '[' && !open ? values.slice(0, -1) : values;
  const { world } = shell;
  if (world.shell === 'dash' && !open && operands.includes('=='))
    return operands.length === 3 ? failed(null, 2) : goesOn(null);
  const ask = (operator: string, operand: string) =>
    operator === '-v' ? isSet(operand, state, shell) : fileTest(operator, operand, state, shell);
  return goesOn(testOf({ values: operands, open }, ask));
};

/** `command -v NAME` and `type NAME` ask for a program. */
export const asksForCommand: Builtin = ({ name, args: { values, open }, line }, state, { world }) => {
  const [option, wanted] = name === 'command' ? values : ['-v', values[0]];
  if (open || option !== '-v') return unknown(line, `${name} is not followed`);
  if (wanted == null) return goesOn(null);
  if (state.functions.has(wanted) || isBuiltin(wanted, world.shell)) return goesOn(true);
  const truth = world.isProgram(wanted, state);
  if (truth !== false || (name === 'command' && world.shell === 'bash')) return goesOn(truth);
  return name === 'command' ? failed('', 127) : failed(null, null);
};

/** `hash NAME` asks for a program too, `hash -r` for none. */
export const hash: Builtin = (call, state, shell) => {
  const [first] = call.args.values;
  if (call.args.values.length === 0 || first?.startsWith('-') === true) return goesOn(true);
  return asksForCommand({ ...call, name: 'type' }, state, shell);
};

/** What `cd` says of a folder that is not there. */
function cdWords(to: string, line: number, shell: Shell): string | null {
  switch (shell.world.shell) {
    case 'dash':
      return lastWords(line, `can't cd to ${to}`, shell, 'cd');
    case 'busybox':
      return lastWords(line, `can't cd to ${to}: No such file or directory`, shell, 'cd');
    case 'bash':
      return lastWords(line, `${to}: No such file or directory`, shell, 'cd');
  }
}

/** `cd`, into a folder that is there. */
export const cd: Builtin = ({ args: { values }, line }, state, shell) => {
  const [to = null] = values.filter((word) => word !== '--');
  if (to === null || to.startsWith('-')) {
    state.cwd = null;
    return goesOn(null);
  }
  const truth = fileTest('-d', to, state, shell);
  if (truth === false) return failed(cdWords(to, line, shell), shell.world.shell === 'bash' ? 1 : 2);
  state.cwd = to.startsWith('/') ? to : state.cwd === null ? null : `${state.cwd}/${to}`;
  return goesOn(truth);
};

/** `pushd` and `popd`, into a folder that is not known. */
export const leaveFolder: Builtin = (_call, state) => {
  state.cwd = null;
  return goesOn(null);
};
