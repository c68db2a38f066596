import type { Container } from '../container/container.ts';
import { loaderFamily } from '../container/libc.ts';
import { EM_AARCH64, EM_X86_64 } from '../elf/constants.ts';
import type { Executed } from '../loader/kernel/execve.ts';
import type { EarlierCommand, HandedOver, Wording } from '../loader/scripts/handed-over.ts';
import type { Shell } from '../loader/scripts/shells.ts';
import { type Next, type NextCommand, stays, unknownNext } from './next.ts';
import { followScript, type ScriptEnd } from './shell/follow.ts';
import type { RunCommand, ShellState, Value } from './shell/state.ts';
import { readShellCall } from './shell-call.ts';
import { shellStateOf, shellWorldOf } from './shell-world.ts';

const wordings: Readonly<Record<Shell, Wording>> = { dash: 'dash', busybox: 'busybox-shell', bash: 'bash' };

/** Variables that decide how a program is loaded. */
const decisive = /^(?:LD_\w+|PATH|GLIBC_TUNABLES)$/;

/** The change of the environment, or the variable that decides and is not known. */
function envLines(
  { start }: Container,
  state: ShellState,
): { readonly lines: readonly string[] } | { readonly unknown: string } {
  const lines: string[] = [];
  for (const name of state.exported) {
    const value = state.variables.get(name);
    if (value === undefined && name === 'PATH') return { unknown: name };
    if (value === null && decisive.test(name)) return { unknown: name };
    if (value === undefined) lines.push(name);
    else if (value !== null && value !== start.env.get(name)) lines.push(`${name}=${value}`);
  }
  return { lines };
}

/** A command of a script as it is executed, or why it is not known. */
function commandOf(container: Container, by: HandedOver, { argv, state }: RunCommand): NextCommand | string {
  const [command] = argv.values;
  if (command == null) return 'the name of the command is not known';
  const env = envLines(container, state);
  if ('unknown' in env) return `the value of ${env.unknown} is not known`;
  if (state.cwd === null) return 'the working directory is not known';
  const words = argv.open ? [...argv.values, null] : argv.values;
  return { argv: words, by, env: env.lines, user: null, cwd: state.cwd };
}

/** What `uname -m` prints, where the kernel has one name for all that runs such a program. */
function machineOf({ program }: Executed): Value {
  const { machine } = program.elf;
  return machine === EM_X86_64 ? 'x86_64' : machine === EM_AARCH64 ? 'aarch64' : null;
}

/** A script with the shell that reads it. */
interface Reading {
  readonly container: Container;
  readonly name: string;
  readonly file: string | null;
  readonly shellItself: HandedOver;
  readonly before: readonly EarlierCommand[];
}

const byAt = ({ shellItself, file }: Reading, line: number): HandedOver => ({
  ...shellItself,
  place: file === null ? null : { file, line },
});

function commandAt(reading: Reading, run: RunCommand, isExec: boolean): NextCommand | string {
  const { changedBy } = run.state;
  return commandOf(reading.container, { ...byAt(reading, run.line), isExec, changedBy }, run);
}

const knownAt = (reading: Reading, run: RunCommand | null): NextCommand | null => {
  const command = run === null ? null : commandAt(reading, run, false);
  return typeof command === 'string' ? null : command;
};

/** A script that ends by itself: at a program that does not start, in failure, or because all is done. */
function nextOfEnding(reading: Reading, end: ScriptEnd & { kind: 'ends' }): Next {
  const command = knownAt(reading, end.failed);
  if (command !== null) return { kind: 'command', command };
  const { cause } = end;
  if (cause === null) return { kind: 'stays', missing: knownAt(reading, end.missing) };
  const { line, reason, said, exitStatus, kind } = cause;
  const by = byAt(reading, line);
  if (exitStatus !== null && end.mayStay === null)
    return { kind: 'ends', by: { ...by, ends: { isFault: kind === 'fault', reason, said, exitStatus } } };
  const ended = `${reading.name} ends in failure at line ${line}: ${reason}`;
  return { kind: 'unknown', reason: ended, by, missing: null };
}

/** What a shell executes next, by the script that it reads. */
export function nextOfScript(
  container: Container,
  executed: Executed,
  shell: Shell,
  before: readonly EarlierCommand[],
): Next {
  const read = readShellCall(container, shell, executed);
  if (read.kind === 'unknown') return unknownNext(read.reason);
  if (read.kind === 'input') return stays;
  const { text, name, file } = read;
  const shellItself: HandedOver = {
    program: name,
    wording: wordings[shell],
    family: executed.interp === null ? null : loaderFamily(executed.interp.elf),
    place: file === null ? null : { file, line: 1 },
    isExec: false,
    isArgument: file === null,
    ends: null,
    changedBy: before,
  };
  const reading = { container, name, file, shellItself, before };
  const state = shellStateOf(container, read, before);
  const end = followScript(text, state, shellWorldOf(container, shell, shellItself, machineOf(executed)));
  if (end.kind === 'ends') return nextOfEnding(reading, end);
  const command = end.kind === 'command' ? commandAt(reading, end, end.isExec) : end.reason;
  if (typeof command !== 'string') return { kind: 'command', command };
  const where = file === null ? `line ${end.line} of its -c` : `line ${end.line} of ${file}`;
  const reason = `what ${name} starts is not known from ${where} on: ${command}`;
  const missing = end.kind === 'command' ? null : knownAt(reading, end.missing);
  return { kind: 'unknown', reason, by: byAt(reading, end.line), missing };
}
