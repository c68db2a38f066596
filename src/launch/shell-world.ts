import { posix } from 'node:path';
import type { Container } from '../container/container.ts';
import { runningCredentials } from '../container/process-start.ts';
import type { EarlierCommand } from '../loader/scripts/handed-over.ts';
import { mayExecute, mayRead } from '../rootfs/permissions.ts';
import type { Truth } from './shell/conditions.ts';
import type { ShellWorld } from './shell/follow.ts';
import { ShellState, type Value } from './shell/state.ts';

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

function isProgramIn({ rootfs, start }: Container, name: string, state: ShellState): Truth {
  const path = state.variables.get('PATH');
  if (path == null) return null;
  const credentials = runningCredentials(start);
  const places = name.includes('/') ? [name] : path.split(':').map((folder) => `${folder || '.'}/${name}`);
  if (state.cwd === null && places.some((place) => !place.startsWith('/'))) return null;
  return places.some((place) => {
    const found = rootfs.lookup(posix.resolve(state.cwd ?? '/', place), { credentials });
    return found.ok && found.inode.type === 'file' && mayExecute(found.inode, credentials);
  });
}

/** The command substitutions whose output follows from image and script. */
function substituted(text: string, zero: string, container: Container, state: ShellState): Value {
  const plain = text
    .trim()
    .replace(/\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?/g, '$0')
    .replace(/"\$0"/g, '$0');
  if (plain === 'id -u') return String(container.start.uid);
  if (plain === 'id -g') return String(container.start.gid);
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

/** The container as a shell script sees it; `name` is its `$0`, `file` null for the argument of `-c`. */
export const shellWorldOf = (container: Container, name: string, file: string | null): ShellWorld => ({
  name,
  file,
  substitute: (text, state) => substituted(text, name, container, state),
  fileTest: (operator, path, cwd) => fileTestIn(container, cwd)(operator, path),
  isProgram: (program, state) => isProgramIn(container, program, state),
});

/** A shell as it begins, behind the commands of the scripts before it. */
export function shellStateOf(
  { start }: Container,
  args: readonly string[],
  errexit: boolean,
  changedBy: readonly EarlierCommand[],
): ShellState {
  return new ShellState({
    variables: new Map(start.env),
    exported: new Set(start.env.keys()),
    functions: new Map(),
    positional: { values: args, open: false },
    cwd: start.cwd,
    errexit,
    changedBy,
  });
}
