import type { Shell } from '../../../loader/scripts/shells.ts';
import { evaluateText, sourceFile } from '../commands/calls.ts';
import { goesOn, unknown } from '../flow.ts';
import type { Builtin } from './builtin.ts';
import { breakLoop, exec, exit, returns, wait } from './endings.ts';
import { isForeign, isQuiet } from './names.ts';
import { asksForCommand, cd, hash, leaveFolder, testCommand } from './questions.ts';
import { set, shift, shopt, trap } from './settings.ts';
import { printf, read, unset } from './variables.ts';

const nothing: Builtin = () => goesOn(true);
const anyStatus: Builtin = () => goesOn(null);

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['.', sourceFile],
  ['[', testCommand],
  ['alias', ({ name, line }) => unknown(line, `${name} is not followed`)],
  ['bg', anyStatus],
  ['break', breakLoop],
  ['cd', cd],
  ['command', asksForCommand],
  ['continue', breakLoop],
  ['eval', evaluateText],
  ['exec', exec],
  ['exit', exit],
  ['false', () => goesOn(false)],
  ['fg', anyStatus],
  ['getopts', read],
  ['hash', hash],
  ['kill', anyStatus],
  ['let', read],
  ['mapfile', read],
  ['popd', leaveFolder],
  ['printf', printf],
  ['pushd', leaveFolder],
  ['read', read],
  ['readarray', read],
  ['return', returns],
  ['set', set],
  ['shift', shift],
  ['shopt', shopt],
  ['source', sourceFile],
  ['test', testCommand],
  ['trap', trap],
  ['type', asksForCommand],
  ['unset', unset],
  ['wait', wait],
]);

/** What a builtin of this name does; null for the name of a program. */
export function builtinNamed(name: string, shell: Shell): Builtin | null {
  if (isForeign(name, shell)) return null;
  return isQuiet(name) ? nothing : (builtins.get(name) ?? null);
}
