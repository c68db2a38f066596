import { mayRead } from './permissions.ts';
import type { Credentials, Denial, Inode, Rootfs } from './rootfs.ts';

/**
 * Everything that keeps the user from the file at `path`, in the order of the walk: the directories that it may not search, and
 * the file itself where `may` says no. Empty when nothing does, and when the path leads nowhere even with all of them open.
 */
export function denialsOf(
  rootfs: Rootfs,
  path: string,
  { cwd, credentials }: { readonly cwd: string; readonly credentials: Credentials },
  may: (inode: Inode, credentials: Credentials) => boolean,
): readonly Denial[] {
  const denied: Denial[] = [];
  const found = rootfs.lookup(path, { cwd, credentials, denied });
  if (!found.ok) return [];
  return may(found.inode, credentials) ? denied : [...denied, { path: found.path, inode: found.inode }];
}

/** Whether the user may open the file at the absolute `path` to read it. */
export function isReadable(rootfs: Rootfs, path: string, credentials: Credentials): boolean {
  const found = rootfs.lookup(path, { credentials });
  return found.ok && mayRead(found.inode, credentials);
}
