import type { Container } from '../container/container.ts';
import { loaderFamily } from '../container/libc.ts';
import { resolveUser } from '../container/process-start.ts';
import { EM_AARCH64, EM_X86_64 } from '../elf/constants.ts';
import type { Executed } from '../loader/kernel/execve.ts';
import { isBusybox } from '../loader/scripts/busybox.ts';
import type { EarlierCommand, HandedOver, Wording } from '../loader/scripts/handed-over.ts';
import { type Shell, shellOf } from '../loader/scripts/shells.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { isLauncher, readLaunch } from './launchers.ts';
import { followScript } from './shell/follow.ts';
import type { Fields, RunCommand, ShellState, Value } from './shell/state.ts';
import { shellStateOf, shellWorldOf } from './shell-world.ts';

/** A command that a program of the container executes. */
export interface NextCommand {
  /** Words that only a running container has are null; the first never is. */
  readonly argv: readonly Value[];
  readonly by: HandedOver;
  /** `KEY=value` lines over the environment that the program itself has; `KEY` alone removes the variable. */
  readonly env: readonly string[];
  /** Null: the user stays. */
  readonly user: string | null;
  readonly cwd: string;
}

/** What becomes of a program that was started. */
export type Next =
  | { readonly kind: 'command'; readonly command: NextCommand }
  /**
   * It is what the container is for, or ends by itself. `missing`: what a script ran that does not start, before it ended in
   * failure.
   */
  | { readonly kind: 'stays'; readonly missing: NextCommand | null }
  /** `by`: the script or program that hands over, as far as it is read. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly by: HandedOver | null;
      readonly missing: NextCommand | null;
    };

const unknown = (reason: string): Next => ({ kind: 'unknown', reason, by: null, missing: null });
/** Nothing follows. */
export const stays: Next = { kind: 'stays', missing: null };
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const shellNames = /^-?(?:sh|ash|dash|bash|zsh|ksh|mksh|fish)$/;

/** Programs that execute a command as well, whose arguments are not followed. */
const otherLaunchers = new Set(
  (
    'su sudo doas chroot unshare nsenter setsid numactl flock xargs script watch strace ltrace gdb valgrind perf ' +
    'start-stop-daemon s6-setuidgid s6-envuidgid s6-applyuidgid s6-envdir s6-softlimit s6-sudo execlineb envdir envuidgid ' +
    'softlimit setlock pgrphack authbind cpulimit bwrap firejail proot unbuffer dockerize envconsul'
  ).split(' '),
);

const wordings: Readonly<Record<Shell, Wording>> = { dash: 'dash', busybox: 'busybox-shell', bash: 'bash' };

/** Variables that decide how a program is loaded. */
const decisive = /^(?:LD_\w+|PATH|GLIBC_TUNABLES)$/;

/** The text that a shell reads, its `$0` and its arguments. */
interface ShellCall {
  readonly text: string;
  readonly name: string;
  readonly args: Fields;
  /** Null for `-c`. */
  readonly file: string | null;
  readonly errexit: boolean;
}

type ReadCall = { readonly call: ShellCall } | Next;

function scriptText({ rootfs, start }: Container, path: string): string | { readonly unread: string } {
  const found = rootfs.lookup(path, { cwd: start.cwd });
  if (!found.ok) return { unread: `${path} is not there` };
  const { content, size } = found.inode;
  if (content?.kind === 'unread') return { unread: `${path} could not be read: ${content.reason}` };
  const bytes = content?.kind === 'script' ? content.head : content?.kind === 'kept' ? content.bytes : null;
  if (bytes === null) return { unread: `${path} has no #! line, and its text is not kept` };
  if (bytes.length < size) return { unread: `${path} is longer than what is kept of it` };
  return Buffer.from(bytes).toString('latin1');
}

const isKnown = (word: string): boolean => !word.includes(unknownWord);

/** Words as a running program has them; more may follow one at the end that is not known. */
function fieldsOf(words: readonly string[]): Fields {
  const open = words.length > 0 && !isKnown(words.at(-1) ?? '');
  const values = words.map((word) => (isKnown(word) ? word : null));
  return { values: open ? values.slice(0, -1) : values, open };
}

/** The arguments of a shell: its options, then `-c TEXT NAME ARGUMENT…` or FILE ARGUMENT…. */
function readShellCall(container: Container, { argv, program }: Executed): ReadCall {
  const shown = argv[0] ?? program.path;
  let at = 1;
  let options = '';
  for (let word = argv[at]; word !== undefined && /^-$|^[-+]./.test(word); word = argv[at]) {
    at++;
    if (word === '--' || word === '-') break;
    if (word.startsWith('--') || /^[-+]\w*[oO]/.test(word) || word.startsWith('+'))
      return unknown(`${shown} ${word} is not followed`);
    options += word.slice(1);
  }
  if (/[lisn]/.test(options)) return unknown(`what ${shown} -${options} reads first is not followed`);
  const errexit = options.includes('e');
  const operand = argv[at];
  if (operand === undefined) return stays;
  if (!argv.slice(0, at + 1).every(isKnown)) return unknown(`what ${shown} reads is not known`);
  if (options.includes('c')) {
    const call = {
      text: operand,
      name: argv[at + 1] ?? shown,
      args: fieldsOf(argv.slice(at + 2)),
      file: null,
      errexit,
    };
    return { call };
  }
  const text = scriptText(container, operand);
  if (typeof text !== 'string') return unknown(text.unread);
  return { call: { text, name: operand, args: fieldsOf(argv.slice(at + 1)), file: operand, errexit } };
}

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

function nextOfScript(
  container: Container,
  executed: Executed,
  shell: Shell,
  before: readonly EarlierCommand[],
): Next {
  const read = readShellCall(container, executed);
  if ('kind' in read) return read;
  const { text, name, args, file, errexit } = read.call;
  const family = executed.interp === null ? null : loaderFamily(executed.interp.elf);
  const shellItself = {
    program: name,
    wording: wordings[shell],
    family,
    place: file === null ? null : { file, line: 1 },
    isExec: false,
    isArgument: file === null,
    changedBy: before,
  };
  const state = shellStateOf(container, args, errexit, before);
  const end = followScript(text, state, shellWorldOf(container, shellItself, machineOf(executed)));
  const byAt = (line: number, changedBy: readonly EarlierCommand[], isExec: boolean): HandedOver => ({
    ...shellItself,
    place: file === null ? null : { file, line },
    isExec,
    changedBy,
  });
  const commandAt = (run: RunCommand, isExec: boolean): NextCommand | string =>
    commandOf(container, byAt(run.line, run.state.changedBy, isExec), run);
  const failed = end.kind === 'command' || end.missing === null ? null : commandAt(end.missing, false);
  const missing = typeof failed === 'string' ? null : failed;
  if (end.kind === 'ends') {
    const command = end.failed === null ? null : commandAt(end.failed, false);
    if (command !== null && typeof command !== 'string') return { kind: 'command', command };
    if (end.cause === null) return { kind: 'stays', missing };
    const { line, reason } = end.cause;
    const ended = `${name} ends in failure at line ${line}: ${reason}`;
    return { kind: 'unknown', reason: ended, by: byAt(line, before, false), missing: null };
  }
  const where = file === null ? `line ${end.line} of its -c` : `line ${end.line} of ${file}`;
  const command = end.kind === 'command' ? commandAt(end, end.isExec) : end.reason;
  if (typeof command !== 'string') return { kind: 'command', command };
  const reason = `what ${name} starts is not known from ${where} on: ${command}`;
  return { kind: 'unknown', reason, by: byAt(end.line, before, false), missing };
}

/**
 * What a program that runs executes next, as far as image and arguments tell (K70): shells by their script, launchers by their
 * arguments. Any other program stays. `before`: what the links before it ran.
 */
export function nextCommand(
  container: Container,
  executed: Executed,
  before: readonly EarlierCommand[],
): Next {
  const { argv, program, interp } = executed;
  const name = baseName(argv[0] ?? program.path);
  const { rootfs } = container;
  const isApplet = isBusybox(executed, rootfs);
  if (shellNames.test(name) || shellOf(executed, rootfs) === 'bash') {
    const shell = shellOf(executed, rootfs);
    if (shell !== null) return nextOfScript(container, executed, shell, before);
    return argv.length > 1 ? unknown(`what ${name} runs is not followed`) : stays;
  }
  const launch = readLaunch(name, argv, isApplet);
  if (launch === null)
    return (otherLaunchers.has(name) || isLauncher(name)) && argv.length > 1
      ? unknown(`what ${name} executes is not followed`)
      : stays;
  if (!isKnown([...launch.argv.slice(0, 1), launch.user ?? ''].join('')))
    return unknown(`what ${name} executes is known only in a running container`);
  const by = {
    program:
      isApplet || /^(?:util-linux|setpriv|runuser|daemontools|runit)$/.test(launch.wording)
        ? name
        : (argv[0] ?? name),
    wording: launch.wording,
    family: interp === null ? null : loaderFamily(interp.elf),
    place: null,
    isExec: false,
    isArgument: false,
    changedBy: before,
  };
  const { cwd } = container.start;
  if (launch.user !== null && !resolveUser(launch.user, container.rootfs).ok)
    return { kind: 'unknown', reason: `the user ${launch.user} of ${name} is not known`, by, missing: null };
  return {
    kind: 'command',
    command: {
      argv: launch.argv.map((word) => (isKnown(word) ? word : null)),
      by,
      env: [],
      user: launch.user,
      cwd,
    },
  };
}
