import { closeSync, readSync } from 'node:fs';
import { foreignHeadSize } from '../image/foreign/head.ts';
import { FileFault, openRegularFile } from '../image/regular-file.ts';

/** The first 512 bytes of a regular file, or all of it; empty for anything else. Throws what `openSync` does. */
export function headOf(path: string): Uint8Array {
  let fd: number;
  try {
    fd = openRegularFile(path);
  } catch (error) {
    if (error instanceof FileFault) return new Uint8Array(0);
    throw error;
  }
  try {
    const head = Buffer.alloc(foreignHeadSize);
    return head.subarray(0, readSync(fd, head, 0, head.length, 0));
  } finally {
    closeSync(fd);
  }
}
