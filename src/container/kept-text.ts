import type { Rootfs } from '../rootfs/rootfs.ts';

/** Bytes of a file that the index keeps whole; null when there is no such file or it was not kept. */
export function keptBytes(rootfs: Rootfs, path: string): Uint8Array | null {
  const found = rootfs.lookup(path);
  return found.ok && found.inode.content?.kind === 'kept' ? found.inode.content.bytes : null;
}

/** The same as Latin-1 text. */
export function keptText(rootfs: Rootfs, path: string): string | null {
  const bytes = keptBytes(rootfs, path);
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
