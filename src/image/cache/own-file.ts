import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from '../layer/hash.ts';
import { openRegularFile, readOpenFile } from '../regular-file.ts';
import { isOwn } from './own-folder.ts';

/** Zero where the system has no such flag (Windows). */
const { O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;

/** Whether there is a regular file of this user which nobody else can write to; a link is none. */
export function isOwnFile(path: string): boolean {
  try {
    const status = lstatSync(path);
    return status.isFile() && isOwn(status);
  } catch {
    return false;
  }
}

/**
 * The whole of a regular file of this user which nobody else can write to, of at most `most` bytes; null for anything else, also
 * for a link. With `mark`, it is marked as used now where that can be done.
 */
export function readOwnFile(path: string, most: number, mark = false): Buffer | null {
  let fd: number | null = null;
  try {
    fd = openRegularFile(path, O_NOFOLLOW);
    if (!isOwn(fstatSync(fd))) return null;
    const bytes = readOpenFile(fd, most);
    if (mark) markAsUsed(fd);
    return bytes;
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function markAsUsed(fd: number): void {
  try {
    const now = new Date();
    futimesSync(fd, now, now);
  } catch {
    // A cache that may only be read is read all the same.
  }
}

/** What the name of a file that is not whole yet begins with. */
export const temporaryPrefix = '.tmp-';

/** As a regular expression: all of such a name. */
export const temporaryPattern = '\\.tmp-\\d+-[0-9a-f]{12}';

/**
 * Puts a file in its place whole or not at all: it is written beside it under a new name that cannot be foreseen, and renamed.
 * With `durable`, it is on the disk before it gets its name, so that a power cut leaves no part of it. Throws where it cannot.
 */
export function writeOwnFile(path: string, bytes: Uint8Array, durable = false): void {
  const name = `${temporaryPrefix}${process.pid}-${randomBytes(6).toString('hex')}`;
  const temporary = join(dirname(path), name);
  const fd = openSync(
    temporary,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW,
    0o600,
  );
  try {
    try {
      // Whatever the umask is.
      fchmodSync(fd, 0o600);
      writeFileSync(fd, bytes);
      if (durable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/** Removes a file or link; false when it was not there or is still there. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
