import type { Container } from '../../container/container.ts';
import { mayExecute } from '../../rootfs/permissions.ts';
import type { ErrnoName, Problem, ProblemOf } from '../trace/problem.ts';
import { type LookUpFailure, lookUpFailure } from './engine-text.ts';
import { type ExecResult, execve } from './execve.ts';
import { execCredentials, execDenials } from './open-for-exec.ts';
import { lookUpCommand } from './path-lookup.ts';

type LookUpCause = LookUpFailure['cause'];

/** The cause of a failed look-up, by errno. */
const lookUpCauses: Readonly<
  Record<LookUpCause, { errno: ErrnoName; cause: ProblemOf<'entrypoint-unusable'>['cause'] }>
> = {
  missing: { errno: 'ENOENT', cause: 'missing' },
  'not-in-path': { errno: 'ENOENT', cause: 'missing' },
  'relative-hit': { errno: 'EACCES', cause: 'not-executable' },
  'not-a-directory': { errno: 'ENOTDIR', cause: 'missing' },
  loop: { errno: 'ELOOP', cause: 'loop' },
  'not-searchable': { errno: 'EACCES', cause: 'not-searchable' },
  directory: { errno: 'EACCES', cause: 'directory' },
  'not-executable': { errno: 'EACCES', cause: 'not-executable' },
  'not-permitted': { errno: 'EACCES', cause: 'not-executable' },
};

/** Why the runtime's stat of a path finds no program there; null when execve comes next (R1, R5). */
function pathFailure(container: Container, path: string): LookUpCause | null {
  const credentials = execCredentials(container);
  const found = container.rootfs.lookup(path, { cwd: container.start.cwd, credentials });
  if (!found.ok) {
    if (found.errno === 'EACCES') return 'not-searchable';
    if (found.errno === 'ELOOP') return 'loop';
    return found.errno === 'ENOTDIR' ? 'not-a-directory' : 'missing';
  }
  if (found.inode.type === 'directory') return 'directory';
  if ((found.inode.mode & 0o111) === 0) return 'not-executable';
  return mayExecute(found.inode, credentials) ? null : 'not-permitted';
}

function lookUpStopped(container: Container, path: string, look: LookUpCause): ExecResult {
  const problem: Problem = {
    kind: 'entrypoint-unusable',
    path,
    ...lookUpCauses[look],
    denials:
      lookUpCauses[look].errno === 'EACCES' ? execDenials(container, path, execCredentials(container)) : [],
    stage: 'exec',
    fatal: true,
    ...lookUpFailure(container.host.engine, path, look),
  };
  return { kind: 'stopped', problem, opened: [path] };
}

/**
 * The runtime's look-up of the command and then execve (R1, R2, R5, R6): a name without a slash in PATH, anything else
 * from the working directory.
 */
export function runEntrypoint(container: Container, command: string, argv: readonly string[]): ExecResult {
  let path = command;
  if (!command.includes('/')) {
    const looked = lookUpCommand(container, command, execCredentials(container));
    if (looked.kind === 'missing') return lookUpStopped(container, command, 'not-in-path');
    if (looked.kind === 'relative') return lookUpStopped(container, command, 'relative-hit');
    path = looked.path;
  }
  const failure = pathFailure(container, path);
  return failure === null ? execve(container, path, argv) : lookUpStopped(container, path, failure);
}
