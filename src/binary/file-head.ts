import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { foreignHeadSize } from '../image/foreign/head.ts';

/** The first 512 bytes of a regular file, or all of it; empty for anything else. Throws what `openSync` does. */
export function headOf(path: string): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) return new Uint8Array(0);
    const head = Buffer.alloc(foreignHeadSize);
    return head.subarray(0, readSync(fd, head, 0, head.length, 0));
  } finally {
    closeSync(fd);
  }
}
