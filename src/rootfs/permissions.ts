import type { Credentials, Inode } from './rootfs.ts';

/** The three permission bits of the first class that fits: owner, group, other (K1, R5). */
function classBits(inode: Inode, credentials: Credentials): number {
  if (inode.uid === credentials.uid) return (inode.mode >> 6) & 7;
  if (credentials.gids.includes(inode.gid)) return (inode.mode >> 3) & 7;
  return inode.mode & 7;
}

/** Search permission on a directory. */
export function maySearch(inode: Inode, credentials: Credentials): boolean {
  return credentials.searchAll || (classBits(inode, credentials) & 1) !== 0;
}

/** Read permission. */
export function mayRead(inode: Inode, credentials: Credentials): boolean {
  return credentials.searchAll || (classBits(inode, credentials) & 4) !== 0;
}

/** Execute permission of a file; CAP_DAC_OVERRIDE needs at least one x bit of any class. */
export function mayExecute(inode: Inode, credentials: Credentials): boolean {
  return credentials.executeAll ? (inode.mode & 0o111) !== 0 : (classBits(inode, credentials) & 1) !== 0;
}
