import { posix } from 'node:path';
import type { Container } from '../container/container.ts';
import { loginName, runningCredentials } from '../container/process-start.ts';
import type { EarlierCommand, HandedOver } from '../loader/scripts/handed-over.ts';
import { dashHasPipefail } from '../loader/scripts/options/dash-pipefail.ts';
import type { Shell } from '../loader/scripts/shells.ts';
import { unknownWord } from '../loader/scripts/unknown-word.ts';
import { startCommand } from '../loader/simulate.ts';
import { mayExecute, mayRead } from '../rootfs/permissions.ts';
import { isBuiltin } from './shell/builtins/names.ts';
import { parseScript } from './shell/language/parse.ts';
import { type Fields, ShellState, type Value } from './shell/state.ts';
import type { Truth } from './shell/truth.ts';
import { expandWords } from './shell/words/fields.ts';
import type { ShellWorld, SourcedText } from './shell/world.ts';
import type { ShellCall } from './shell-call.ts';

/** What engines put into every container, whatever the image has there. */
const mounted =
  /^\/(?:proc|sys|dev|run\/secrets|var\/run\/secrets)(?:\/|$)|^\/(?:etc\/(?:hosts|hostname|resolv\.conf)|\.dockerenv|run\/\.containerenv)$/;

function fileTestIn({ rootfs, start }: Container, cwd: Value) {
  const credentials = runningCredentials(start);
  return (operator: string, path: string): Truth => {
    if (cwd === null && !path.startsWith('/')) return null;
    const absolute = posix.resolve(cwd ?? '/', path);
    if (mounted.test(absolute)) return null;
    const isLink = operator === '-L' || operator === '-h';
    const found = rootfs.lookup(absolute, { credentials, follow: !isLink });
    if (!found.ok) return /^-[efdxrsLhSpbcw]$/.test(operator) ? false : null;
    const { inode } = found;
    if (operator === '-e') return true;
    if (operator === '-f') return inode.type === 'file';
    if (operator === '-d') return inode.type === 'directory';
    if (isLink) return inode.type === 'symlink';
    if (operator === '-r') return mayRead(inode, credentials);
    if (operator === '-x' && inode.type === 'file') return mayExecute(inode, credentials);
    return operator === '-s' && inode.type === 'file' ? inode.size > 0 : null;
  };
}

/** The path by which the shell finds a program; false where there is none, null where that is not known. */
function programIn({ rootfs, start }: Container, name: string, state: ShellState): string | false | null {
  const changes = new Set(state.changedBy.map((each) => each.changes));
  const path = state.variables.get('PATH');
  if (path == null || changes.has('anything')) return null;
  const credentials = runningCredentials(start);
  const places = name.includes('/') ? [name] : path.split(':').map((folder) => `${folder || '.'}/${name}`);
  if (state.cwd === null && places.some((place) => !place.startsWith('/'))) return null;
  const found = places.find((place) => {
    const at = rootfs.lookup(posix.resolve(state.cwd ?? '/', place), { credentials });
    return at.ok && at.inode.type === 'file' && mayExecute(at.inode, credentials);
  });
  return found ?? (changes.size === 0 ? false : null);
}

function namesIn({ rootfs, start }: Container, folder: string, state: ShellState): readonly string[] | null {
  if (state.changedBy.some(({ changes }) => changes === 'anything')) return null;
  if (state.cwd === null && !folder.startsWith('/')) return null;
  const path = posix.resolve(state.cwd ?? '/', folder);
  if (mounted.test(path)) return null;
  const found = rootfs.lookup(path, { credentials: runningCredentials(start) });
  if (!found.ok) return [];
  return rootfs.list(path).map(({ name }) => name);
}

/** The file that `.` reads: a name without a slash is looked up in PATH, and bash takes one of the working directory as well. */
function sourcedText(
  container: Container,
  name: string,
  state: ShellState,
  { isBash }: ShellWorld,
): SourcedText {
  const { rootfs, start } = container;
  const search = state.variables.get('PATH');
  const isSearched = !name.includes('/');
  if (state.cwd === null || (isSearched && search == null))
    return { kind: 'unread', reason: 'which is not known' };
  const folders = isSearched ? [...(search ?? '').split(':'), ...(isBash ? ['.'] : [])] : [''];
  const credentials = runningCredentials(start);
  for (const folder of folders) {
    const path = posix.resolve(state.cwd, folder, name);
    if (mounted.test(path)) return { kind: 'unread', reason: 'which only a running container has' };
    const found = rootfs.lookup(path, { credentials });
    if (!found.ok || found.inode.type !== 'file') continue;
    if (state.changedBy.some(({ touches }) => touches.some((each) => found.path.startsWith(each.path))))
      return { kind: 'unread', reason: 'which a command before it may have changed' };
    const { content, size } = found.inode;
    const bytes = content?.kind === 'script' ? content.head : content?.kind === 'kept' ? content.bytes : null;
    if (size === 0) return { kind: 'text', text: '' };
    if (bytes === null || bytes.length < size) return { kind: 'unread', reason: 'whose text is not kept' };
    return { kind: 'text', text: Buffer.from(bytes).toString('latin1') };
  }
  const isDoubtful = state.changedBy.some(({ changes }) => changes !== 'permissions');
  return isDoubtful ? { kind: 'unread', reason: 'which may be made before' } : { kind: 'missing' };
}

/** The variables that decide how a program is loaded. */
const decisive = /^(?:LD_\w+|PATH|GLIBC_TUNABLES)$/;

/** Whether a program starts with what the shell has exported and in its working directory. */
function startsIn(container: Container, argv: Fields, state: ShellState, by: HandedOver): Truth {
  const [name] = argv.values;
  const exported = [...state.exported].map((each) => [each, state.variables.get(each)] as const);
  if (name == null || state.cwd === null) return null;
  if (exported.some(([variable, value]) => value === null && decisive.test(variable))) return null;
  const env = new Map(exported.flatMap(([variable, value]) => (value == null ? [] : [[variable, value]])));
  const inShell = { ...container, start: { ...container.start, env, cwd: state.cwd } };
  const words = argv.values.map((word) => word ?? unknownWord);
  const { ending } = startCommand(inShell, words, { ...by, changedBy: state.changedBy }).trace;
  return ending.kind === 'unknown' ? null : ending.kind === 'starts';
}

/** The path that `command -v NAME` prints; null for anything else. */
function asksForProgram(text: string, state: ShellState, world: ShellWorld): string | null {
  const { commands, stop } = parseScript(text, world.shell);
  const [only] = commands;
  if (stop !== null || commands.length !== 1 || only?.kind !== 'simple') return null;
  const { values, open } = expandWords(only.words, state, world);
  const [command, ...rest] = values;
  const [name = null, ...more] = command === 'command' && rest[0] === '-v' ? rest.slice(1) : rest;
  const isQuestion = command === 'which' || (command === 'command' && rest[0] === '-v');
  return isQuestion && !open && more.length === 0 ? name : null;
}

/** The name of the user in the image's /etc/passwd. */
function accountName({ rootfs, start }: Container): Value {
  return loginName(start.uid, rootfs);
}

/** The command substitutions whose output follows from image and script. */
function substituted(
  text: string,
  container: Container,
  machine: Value,
  state: ShellState,
  world: ShellWorld,
): Value {
  const { name: zero } = world;
  const wanted = asksForProgram(text, state, world);
  if (wanted !== null) {
    if (isBuiltin(wanted, world.shell) || state.functions.has(wanted)) return wanted;
    const path = programIn(container, wanted, state);
    return path === false ? '' : path;
  }
  const plain = text
    .trim()
    .replace(/ 2> ?\/dev\/null$/, '')
    .replace(/\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?/g, '$0')
    .replace(/"\$0"/g, '$0');
  const [program] = /^(?:id|whoami|uname|arch|dirname|basename|readlink|realpath)\b/.exec(plain) ?? [];
  const there = program === undefined ? '' : programIn(container, program, state);
  if (there === false) return '';
  if (there === null) return null;
  if (plain === 'id -u') return String(container.start.uid);
  if (plain === 'id -g') return String(container.start.gid);
  if (/^(?:whoami|id -un)$/.test(plain)) return accountName(container);
  if (/^uname(?: -s)?$/.test(plain)) return 'Linux';
  if (/^(?:uname -m|arch)$/.test(plain)) return machine;
  if (plain === 'pwd') return state.cwd;
  const path = state.cwd === null ? null : posix.resolve(state.cwd, zero);
  if (plain === 'dirname $0' || plain === 'dirname -- $0') return posix.dirname(zero);
  if (plain === 'basename $0' || plain === 'basename -- $0') return posix.basename(zero);
  const folder = /^cd (?:-- )?"?\$\(dirname (?:-- )?\$0\)"?(?: >\s?\/dev\/null(?: 2>&1)?)? && pwd(?: -P)?$/;
  if (folder.test(plain) && path !== null) return posix.dirname(path);
  if (/^(?:readlink -f|realpath) \$0$/.test(plain) && path !== null) {
    const found = container.rootfs.lookup(path);
    return found.ok ? found.path : null;
  }
  return null;
}

/** The container as the script of a shell sees it; `by` is that shell as it executes a command, `machine` what `uname -m` prints. */
export function shellWorldOf(container: Container, shell: Shell, by: HandedOver, machine: Value): ShellWorld {
  const world: ShellWorld = {
    name: by.program,
    file: by.place?.file ?? null,
    shell,
    isBash: shell === 'bash',
    pipefail: dashHasPipefail(container.rootfs),
    substitute: (text, state) => substituted(text, container, machine, state, world),
    fileTest: (operator, path, cwd) => fileTestIn(container, cwd)(operator, path),
    isProgram: (program, state) => {
      const path = programIn(container, program, state);
      return path === null ? null : path !== false;
    },
    uid: String(container.start.uid),
    namesIn: (folder, state) => namesIn(container, folder, state),
    textOf: (path, state) => sourcedText(container, path, state, world),
    isFolder: (path) => {
      const found = container.rootfs.lookup(path);
      return found.ok && found.inode.type === 'directory';
    },
    starts: (argv, state) => startsIn(container, argv, state, by),
  };
  return world;
}

/** A shell as it begins, behind the commands of the scripts before it. */
export function shellStateOf(
  { start }: Container,
  { args, settings }: ShellCall,
  changedBy: readonly EarlierCommand[],
): ShellState {
  const isOn = (name: string): boolean => settings.get(name) === true;
  return new ShellState({
    variables: new Map(start.env),
    exported: new Set(start.env.keys()),
    functions: new Map(),
    positional: args,
    cwd: start.cwd,
    errexit: isOn('errexit'),
    nounset: isOn('nounset'),
    allexport: isOn('allexport'),
    background: [],
    missing: [],
    mayStay: null,
    changedBy,
  });
}
