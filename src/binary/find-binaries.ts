import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { BinaryError } from './binary-file.ts';

/** One file to check. */
export interface BinaryPath {
  readonly path: string;
  /** The named folder that contains it, with the file's path in it; null for a file that was named itself. */
  readonly folder: { readonly path: string; readonly inside: string } | null;
}

const elfMagic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

function isElf(path: string): boolean {
  const head = Buffer.alloc(elfMagic.length);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, head, 0, head.length, 0) === head.length && head.equals(elfMagic);
  } finally {
    closeSync(fd);
  }
}

/** Whether anything has this path on disk; a dangling link is something too. */
export const isOnDisk = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Every regular file below `folder` that starts as an ELF file does, by name; links are not followed. */
function* elfFilesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) yield* elfFilesBelow(path);
    else if (status.isFile() && isElf(path)) yield path;
  }
}

/**
 * The files that an argument of the call names: for a folder every ELF file in it, at any depth; anything else names itself,
 * even when there is no such file. Throws BinaryError for a folder without ELF files or one that cannot be read through.
 */
export function findBinaries(word: string): BinaryPath[] {
  if (statSync(word, { throwIfNoEntry: false })?.isDirectory() !== true)
    return [{ path: word, folder: null }];
  let found: string[];
  try {
    found = [...elfFilesBelow(word)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BinaryError('unreadable', `cannot look for ELF files in ${word}: ${reason}`, { cause: error });
  }
  if (found.length === 0) throw new BinaryError('call', `there is no ELF file in the folder ${word}`);
  return found.map((path) => ({ path, folder: { path: word, inside: relative(word, path) } }));
}

/** Where a binary is in the image: `at` names the file, or with a slash at its end the folder that it goes into. */
export function standsAt({ path, folder }: BinaryPath, at: string | null): string {
  const root = (at ?? '/').replace(/\/+$/, '');
  if (folder !== null) {
    const place = at === null ? `/${basename(folder.path)}` : root;
    return `${place}/${folder.inside}`;
  }
  return at === null || at.endsWith('/') ? `${root}/${basename(path)}` : at;
}
