import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** What is in the place of a file cannot be read as one; `message` goes on a sentence that begins with its name. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
}

/**
 * Opens a regular file to read it, with further `flags` of open(2). A FIFO does not wait for its writer. Throws FileFault for all
 * but regular files, and what `openSync` does.
 */
export function openRegularFile(path: string, flags = 0): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  const status = fstatSync(fd);
  if (status.isFile()) return fd;
  closeSync(fd);
  throw new FileFault(status.isDirectory() ? 'is a folder, not a file' : 'is not a regular file');
}

/**
 * The whole of a regular file of at most `most` bytes, whatever its status says of its size. Throws FileFault, and what
 * `openSync` does.
 */
export function readRegularFile(path: string, most: number): Buffer {
  const fd = openRegularFile(path);
  try {
    return readOpenFile(fd, most);
  } finally {
    closeSync(fd);
  }
}

/** The same of a file that is open. */
export function readOpenFile(fd: number, most: number): Buffer {
  let bytes = Buffer.alloc(Math.min(fstatSync(fd).size, most) + 1);
  for (let length = 0; ; ) {
    const read = readSync(fd, bytes, length, bytes.length - length, length);
    length += read;
    if (read === 0) return bytes.subarray(0, length);
    if (length > most) throw new FileFault(`is larger than ${inWords(most)}`);
    if (length === bytes.length) {
      const larger = Buffer.alloc(Math.min(2 * length, most) + 1);
      bytes.copy(larger);
      bytes = larger;
    }
  }
}

const inWords = (bytes: number): string =>
  bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MiB` : `${bytes / 1024} KiB`;
