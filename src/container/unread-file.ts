import type { Rootfs } from '../rootfs/rootfs.ts';

/**
 * Whether a device or a pipe has the place of a file: who opens a pipe to read it waits for a writer (fifo(7)), and a container
 * has none. What lies in /dev is the engine's.
 */
export function isDeviceOrPipe(rootfs: Rootfs, path: string): boolean {
  const found = rootfs.lookup(path);
  return found.ok && found.inode.type === 'special' && !found.path.startsWith('/dev/');
}

/** Why the content of a file of settings is unknown; null where it is known, and where there is no such file. */
export function whyUnread(rootfs: Rootfs, path: string): string | null {
  if (isDeviceOrPipe(rootfs, path)) return `${path} is a device or a pipe`;
  const found = rootfs.lookup(path);
  if (!found.ok || found.inode.content?.kind !== 'unread') return null;
  return `${path} could not be read: ${found.inode.content.reason}`;
}
