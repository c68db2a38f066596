import { type Flow, failed, failsAt, type Returned, unknown } from '../flow.ts';
import { parseScript } from '../language/parse.ts';
import type { Command } from '../language/syntax.ts';
import { lastWords } from '../last-words.ts';
import { maxCalls, type Shell, type Standing } from '../shell.ts';
import type { Fields, ShellState } from '../state.ts';
import { endOfCall } from '../ways.ts';

/** A call: its arguments, and the line on which it stands. */
interface Call {
  readonly args: Fields;
  readonly line: number;
  readonly standing: Standing;
}

/** Runs a function or a file: `return` ends it, and `break` does not reach the loops around it. */
function called(name: string, shell: Shell, run: () => Flow): readonly [Flow, readonly Returned[]] {
  const returned: Returned[] = [];
  shell.calls.push(returned);
  shell.frames.push(name);
  shell.rounds.push(false);
  const flow = run();
  shell.rounds.pop();
  shell.frames.pop();
  shell.calls.pop();
  return [flow, returned];
}

/** A function with its arguments (POSIX.1-2017, 2.9.5). */
export function callFunction(
  name: string,
  body: Command,
  { args, line, standing }: Call,
  state: ShellState,
  shell: Shell,
): Flow {
  if (shell.calls.length >= maxCalls) return unknown(line, 'its functions call each other too many times');
  const { positional } = state;
  state.positional = args;
  const [flow, returned] = called(name, shell, () => {
    nameFrames(state, shell);
    return shell.command(body, state, standing);
  });
  const end = endOfCall(flow, returned, state, line);
  state.positional = positional;
  nameFrames(state, shell);
  return end;
}

/** FUNCNAME of bash. */
function nameFrames(state: ShellState, { frames }: Shell): void {
  state.keep('FUNCNAME0', frames.at(-1) ?? null);
  state.keep('FUNCNAME1', frames.at(-2) ?? (frames.length === 1 ? 'main' : null));
}

/** A file that is not there ends dash and busybox; bash goes on. */
function missingFile(file: string, line: number, shell: Shell): Flow {
  switch (shell.world.shell) {
    case 'bash':
      return failed(lastWords(line, `${file}: No such file or directory`, shell));
    case 'dash': {
      const text = file.includes('/') ? `cannot open ${file}: No such file` : `${file}: not found`;
      return failsAt('fault', line, `it reads ${file}, which is not there`, {
        said: lastWords(line, text, shell, '.'),
        exitStatus: 2,
      });
    }
    case 'busybox':
      return failsAt('fault', line, `it reads ${file}, which is not there`, {
        said: lastWords(line, `can't open '${file}': No such file or directory`, shell, '.'),
        exitStatus: 2,
      });
  }
}

/** `.` and `source`: the commands of a file, as if they stood here. */
export function sourceFile({ args, line, standing }: Call, state: ShellState, shell: Shell): Flow {
  const [file = null, ...values] = args.values;
  if (file === null || shell.calls.length >= maxCalls)
    return unknown(line, 'it reads a file that is not known');
  const read = shell.world.textOf(file, state);
  if (read.kind === 'missing') {
    return missingFile(file, line, shell);
  }
  if (read.kind === 'unread') return unknown(line, `it reads ${file}, ${read.reason}`);
  const { commands, stop } = parseScript(read.text, shell.world.shell);
  if (stop !== null) return unknown(line, `it reads ${file}, and there at line ${stop.line} ${stop.reason}`);
  const { positional } = state;
  const before = state.variables.get('BASH_SOURCE');
  const hasArguments = values.length > 0 || args.open;
  if (hasArguments) state.positional = { values, open: args.open };
  const [flow, returned] = called('source', shell, () => {
    state.keep('BASH_SOURCE', file);
    return shell.list(onLine(commands, line), state, standing);
  });
  const end = endOfCall(flow, returned, state, line);
  if (before === undefined) state.variables.delete('BASH_SOURCE');
  else state.keep('BASH_SOURCE', before);
  if (hasArguments) state.positional = positional;
  return end;
}

/** `eval`: its words as a text of commands. */
export function evaluateText({ args, line, standing }: Call, state: ShellState, shell: Shell): Flow {
  const text = args.open || args.values.includes(null) ? null : args.values.join(' ');
  const script = text === null ? null : parseScript(text, shell.world.shell);
  if (script === null || script.stop !== null) return unknown(line, 'eval is not followed');
  return shell.list(onLine(script.commands, line), state, standing);
}

/** The commands of another text, as if they stood on this line. */
function onLine(commands: readonly Command[], line: number): readonly Command[] {
  return JSON.parse(JSON.stringify(commands), (key, value) => (key === 'line' ? line : value)) as Command[];
}
