import { posix } from 'node:path';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** The folder of a path, as its text says. */
export const folderOf = (path: string): string => posix.dirname(path);

/** The folder of a path without links and `..`; as the text says where it does not exist. */
export function realFolderOf(path: string, rootfs: Rootfs): string {
  const folder = folderOf(path);
  const found = rootfs.lookup(folder);
  return found.ok ? found.path || '/' : folder;
}
