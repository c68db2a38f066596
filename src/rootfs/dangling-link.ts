import { posix } from 'node:path';
import type { Rootfs } from './rootfs.ts';
import { maxLinks } from './tree-builder.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The path at which the links end that `path` is, where no file is there; null when `path` is no link, or leads to a file. */
export function danglingTarget(rootfs: Rootfs, path: string, cwd: string): string | null {
  let target: string | null = null;
  for (let links = 0; links <= maxLinks; links++) {
    const found = rootfs.lookup(target ?? path, { cwd, follow: false });
    if (!found.ok) return target === null ? null : posix.normalize(target);
    const { inode } = found;
    if (inode.type !== 'symlink' || inode.target === null) return null;
    target = inode.target.startsWith('/') ? inode.target : folderOf(found.path) + inode.target;
  }
  return null;
}
