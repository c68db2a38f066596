import type { Shell } from '../../../loader/scripts/shells.ts';
import type { ShellState, Value } from '../state.ts';
import type { Folders } from './globs.ts';

/** What a word needs of the shell's surroundings. */
export interface Surroundings extends Folders {
  readonly shell: Shell;
  /** The shell is bash. */
  readonly isBash: boolean;
  /** `$0`. */
  readonly name: string;
  /** The user, as `id -u` prints it. */
  readonly uid: string;
  /** The output of a command substitution without its line breaks at the end; null where it is not known. */
  substitute(text: string, state: ShellState): Value;
}
