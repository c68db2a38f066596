import type { EarlierCommand, Touch } from '../../../loader/scripts/handed-over.ts';
import { type Flow, goesOn } from '../flow.ts';
import type { Shell } from '../shell.ts';
import type { ShellState } from '../state.ts';
import type { Change } from './changes.ts';
import type { TouchedIn } from './touches.ts';

/** A command that may have changed files of the container, with its place in the script. */
export const earlierCommand = (
  name: string,
  changes: EarlierCommand['changes'],
  line: number,
  { world }: Shell,
  touches: readonly Touch[] = [],
): EarlierCommand => ({ name, file: world.file, line, changes, touches });

/** Notes what a command may have changed; whether it succeeded is not known. */
export function noteChange(
  { name, changes, line }: { readonly name: string; readonly changes: Change; readonly line: number },
  state: ShellState,
  shell: Shell,
  touches: readonly Touch[] = [],
): Flow {
  if (changes !== null) state.changed(earlierCommand(name, changes, line, shell, touches));
  return goesOn(null);
}

/** What tells which files a command touches. */
export const touchedIn = ({ cwd }: ShellState, { world }: Shell): TouchedIn => ({
  cwd,
  isFolder: (path) => world.isFolder(path),
});
