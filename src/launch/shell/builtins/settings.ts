import { readSetWords, type ShellSettings } from '../../../loader/scripts/options/shell-options.ts';
import { type Flow, failed, failsAt, goesOn, unknown } from '../flow.ts';
import { lastWords } from '../last-words.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import { nullglob } from '../words/globs.ts';
import type { Builtin } from './builtin.ts';

/** Takes over the settings that count here. */
function applySettings(settings: ShellSettings, state: ShellState): void {
  state.errexit = settings.get('errexit') ?? state.errexit;
  state.nounset = settings.get('nounset') ?? state.nounset;
  state.allexport = settings.get('allexport') ?? state.allexport;
}

/** A word that `set` does not take ends dash, and busybox where it is a letter; bash goes on with 2, busybox with 1. */
function refusedBySet(
  option: string,
  words: string | null,
  exitStatus: number,
  line: number,
  shell: Shell,
): Flow {
  const said = words === null ? null : lastWords(line, words, shell, 'set');
  const goesOnBehind = shell.world.shell === 'bash' || exitStatus === 1;
  if (goesOnBehind) return failed(said, exitStatus);
  return failsAt('fault', line, `set does not take ${option} there`, { said, exitStatus });
}

/** `set`: errexit, nounset, allexport, and the arguments. */
export const set: Builtin = ({ args: { values, open }, line }, state, shell) => {
  const { world } = shell;
  const isOpen = values.indexOf(null);
  const known = values.slice(0, isOpen < 0 ? undefined : isOpen).map((word) => word ?? '');
  if (known.some((word) => /^[-+].*\r$/.test(word)))
    return unknown(line, 'its lines end in a carriage return');
  const read = readSetWords(world.shell, known, world.pipefail);
  if (read.kind === 'unknown') return unknown(line, read.reason);
  if (read.kind === 'refused') return refusedBySet(read.option, read.said, read.exitStatus, line, shell);
  applySettings(read.settings, state);
  const dashes = values.indexOf('--');
  const operand = read.operand ?? (isOpen < 0 ? null : isOpen);
  if (operand !== null) {
    const isDash = values[operand] === '-' && values[operand - 1] !== '--';
    const from = isDash ? operand + 1 : operand;
    if (!isDash || from < values.length || open) state.positional = { values: values.slice(from), open };
  } else if (dashes >= 0 || open) state.positional = { values: [], open };
  return goesOn(true);
};

/** `shift`; what is too far ends dash, and is an error without words in bash and busybox. */
export const shift: Builtin = ({ args: { values }, line }, state, shell) => {
  const count = values[0] === undefined ? 1 : Number(values[0] ?? Number.NaN);
  if (Number.isNaN(count)) return unknown(line, 'how far it shifts is not known');
  const { positional } = state;
  if (count > positional.values.length) {
    if (positional.open) return unknown(line, 'it shifts more than is known');
    if (shell.world.shell !== 'dash') return failed('');
    const said = lastWords(line, "can't shift that many", shell, 'shift');
    return failsAt('fault', line, 'it shifts more arguments than there are', { said, exitStatus: 2 });
  }
  state.positional = { values: positional.values.slice(count), open: positional.open };
  return goesOn(true);
};

/** `trap`, whose commands run at the end; dash knows signals without SIG alone, and no ERR. */
export const trap: Builtin = ({ args: { values } }, _state, { world }) => {
  const bad = values.slice(1).find((name) => /^(?:ERR|DEBUG|RETURN|SIG\w+)$/.test(name ?? ''));
  return world.shell === 'dash' && bad !== undefined ? failed(`trap: ${bad}: bad trap`) : goesOn(true);
};

/** `shopt` of bash, of which nullglob counts here. */
export const shopt: Builtin = ({ args: { values, open } }, state) => {
  if (open || values.includes('nullglob') || values.includes(null))
    state.keep(nullglob, values[0] === '-s' ? 'on' : null);
  return goesOn(null);
};
