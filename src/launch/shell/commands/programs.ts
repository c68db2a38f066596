import { changeBy, isBrief } from '../files/changes.ts';
import { noteChange, touchedIn } from '../files/note-change.ts';
import { touchedBy } from '../files/touches.ts';
import { type Flow, failed } from '../flow.ts';
import type { Shell, Standing } from '../shell.ts';
import type { Fields, ShellState } from '../state.ts';

/** Programs whose start is simulated; each takes milliseconds. */
const maxStarts = 200;

/**
 * A program that the script runs and waits for, or, at its end, all that it is there for. `started`: the state in which it
 * starts.
 */
export function followProgram(
  argv: Fields,
  line: number,
  started: ShellState,
  state: ShellState,
  { isTail, isTested }: Standing,
  shell: Shell,
): Flow {
  if (isTail) return { kind: 'command', line, argv, isExec: false, state: started };
  const [name = null, ...values] = argv.values;
  const args = { values, open: argv.open };
  const changes = changeBy(name ?? '', args);
  const isMissing = ++shell.starts <= maxStarts && shell.world.starts(argv, started) === false;
  const touches = touchedBy(name ?? '', args, touchedIn(state, shell));
  if (!isMissing && !isBrief(name)) state.mayStay ??= name ?? 'a command';
  if (!isMissing) return noteChange({ name: name ?? 'a command', changes, line }, state, shell, touches);
  state.missing = [...state.missing, { line, argv, state: started }];
  return state.errexit && !isTested
    ? { kind: 'command', line, argv, isExec: false, state: started }
    : failed(null, null);
}
