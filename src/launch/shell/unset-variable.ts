import { type Flow, failsAt } from './flow.ts';
import { lastWords } from './last-words.ts';
import type { Shell } from './shell.ts';
import type { UnsetVariable } from './words/variables.ts';

/** The shell ends at a `${…}` that it does not have; busybox names a line behind it. */
export function badSubstitutionAt(line: number, shell: Shell): Flow {
  const said = shell.world.shell === 'dash' ? lastWords(line, 'Bad substitution', shell) : null;
  return failsAt('fault', line, 'it has a ${…} that the shell does not have', { said, exitStatus: 2 });
}

/** The shell ends at a variable that must be set: with 2; bash with 1, and with 127 where it reads `-c`. */
export function unsetAt(line: number, { message, said }: UnsetVariable, shell: Shell): Flow {
  const { world } = shell;
  const exitStatus = world.shell !== 'bash' ? 2 : world.file === null ? 127 : 1;
  const words = said === null ? null : lastWords(line, said, shell);
  return failsAt('unset', line, `${message} is not set`, { said: words, exitStatus });
}
