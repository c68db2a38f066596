import { lstatSync, mkdirSync, rmdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/*
 * What a verdict rests on, and code that is run, is believed only where nobody but this user can have written it. Where the
 * system has no users (Windows), the folders of the user keep others out.
 */

const writableByOthers = 0o022;
const usableByOwner = 0o700;

/** Null where there are no users. */
const user = (): number | null => process.geteuid?.() ?? null;

/** Whether something with this status belongs to this user, and nobody else can write to it. */
export function isOwn({ uid, mode }: Stats): boolean {
  return user() === null || (uid === user() && (mode & writableByOthers) === 0);
}

const isOthersLink = (status: Stats | undefined): boolean =>
  status?.isSymbolicLink() === true && user() !== null && status.uid !== user() && status.uid !== 0;

/**
 * Why a folder cannot hold a cache of this user, in words that follow its name; null when it can, and where there is none yet.
 * A link in its place is followed only if this user or root made it.
 */
export function folderFault(path: string): string | null {
  try {
    const here = lstatSync(path, { throwIfNoEntry: false });
    if (here === undefined) return null;
    if (isOthersLink(here)) return 'is a link that another user made';
    const status = statSync(path);
    if (!status.isDirectory()) return 'is not a folder';
    if (user() !== null && status.uid !== user()) return `belongs to another user (${status.uid})`;
    return isOwn(status) ? null : 'can be written by other users';
  } catch (error) {
    return `cannot be used: ${error instanceof Error ? error.message : error}`;
  }
}

/** Whether there is a folder of this user which nobody else can write to; a link is none. */
export function isOwnFolder(path: string): boolean {
  try {
    const status = lstatSync(path);
    return status.isDirectory() && isOwn(status);
  } catch {
    return false;
  }
}

/**
 * Makes the folders `below` that lead down from a cache's own one, and that too, for this user alone. False where one of them is
 * not this user's own. Throws where one cannot be made.
 */
export function makeOwnFolders(cache: string, below: readonly string[]): boolean {
  if (folderFault(cache) !== null) return false;
  makeFolder(cache);
  let path = cache;
  for (const name of below) {
    path = join(path, name);
    makeFolder(path);
    if (!isOwnFolder(path)) return false;
  }
  return folderFault(cache) === null;
}

/**
 * Makes a folder and those above it, for this user alone. Throws where that cannot be done: also below /proc, where Node's
 * recursive `mkdirSync` never ends, and with a umask that makes folders which their owner cannot use.
 */
function makeFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw error;
  }
  if (user() === null || (lstatSync(path).mode & usableByOwner) === usableByOwner) return;
  rmdirSync(path);
  throw new Error('the umask makes folders that their owner cannot use');
}
