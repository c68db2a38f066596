import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from '../../image/layer/hash.ts';

/** The folder may not be written, the owner cannot be kept, or the file is a mount point: only its content can be changed. */
const onlyInPlace: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'];

/** What file systems say that have no fsync(2). */
const withoutSync: readonly unknown[] = ['EINVAL', 'ENOSYS', 'ENOTSUP'];

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

/**
 * Replaces a file whole or not at all, and makes a new one for `existing` null: the content is written beside it, is on the disk, and
 * gets the name then. Mode and owner of an existing file stay. False for an existing file that can only be written in its place.
 * Throws what the system says, with the file as it was.
 */
export function replaceFile(path: string, content: string | Uint8Array, existing: Stats | null): boolean {
  if (existing !== null) accessSync(path, constants.W_OK);
  const temporary = join(dirname(path), `.libc-check-${randomBytes(8).toString('hex')}`);
  try {
    writeNew(temporary, content, existing);
    renameSync(temporary, path);
    return true;
  } catch (error) {
    removeIfThere(temporary);
    if (existing !== null && onlyInPlace.includes(codeOf(error))) return false;
    throw error;
  }
}

function writeNew(path: string, content: string | Uint8Array, like: Stats | null): void {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_EXCL, 0o666);
  try {
    if (like !== null) makeAlike(fd, like);
    writeFileSync(fd, content);
    flush(fd);
  } finally {
    closeSync(fd);
  }
}

function makeAlike(fd: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(fd);
  if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
  fchmodSync(fd, mode & 0o7777);
}

function flush(fd: number): void {
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!withoutSync.includes(codeOf(error))) throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made.
  }
}
