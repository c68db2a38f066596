import type { Container } from '../../container/container.ts';
import { overriddenPermissions } from '../../container/privileges.ts';
import { runningCredentials } from '../../container/process-start.ts';
import { denialsOf } from '../../rootfs/denials.ts';
import { mayExecute } from '../../rootfs/permissions.ts';
import type { Credentials, Denial, Inode, LookupErrno } from '../../rootfs/rootfs.ts';
import type { ErrnoName } from '../trace/problem.ts';

/** Credentials with which the engine calls execve: Docker 25 and later keep the capabilities effective for every user (R5). */
export function execCredentials({ start, host }: Container): Credentials {
  const running = runningCredentials(start);
  return host.overridesInExec ? { ...running, ...overriddenPermissions(start.privileges) } : running;
}

/** A file that may be executed, or why not and where. */
export type Opened =
  | { readonly path: string; readonly inode: Inode }
  | { readonly errno: ErrnoName; readonly at: string };

/** Opens a file for execution as do_open_execat does (K1). */
export function openForExec(container: Container, path: string, credentials: Credentials): Opened {
  if (path === '') return { errno: 'EACCES', at: '' };
  const found = container.rootfs.lookup(path, { cwd: container.start.cwd, credentials });
  if (!found.ok) return { errno: found.errno satisfies LookupErrno, at: found.at };
  if (found.inode.type !== 'file' || !mayExecute(found.inode, credentials))
    return { errno: 'EACCES', at: found.path };
  return found;
}

/** What keeps the user from executing the file at `path` (K1). */
export function execDenials(
  { rootfs, start }: Container,
  path: string,
  credentials: Credentials,
): readonly Denial[] {
  return denialsOf(rootfs, path, { cwd: start.cwd, credentials }, mayExecute);
}
