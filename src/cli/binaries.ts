import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

const elfMagic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isElf(path: string): boolean {
  const head = Buffer.alloc(elfMagic.length);
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, head, 0, head.length, 0) === head.length && head.equals(elfMagic);
  } finally {
    closeSync(fd);
  }
}

/** Every regular file below `folder` that starts as an ELF file does, by name; links are not followed. */
function elfFilesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) found.push(...elfFilesBelow(path));
    else if (status.isFile() && isElf(path)) found.push(path);
  }
  return found;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The files to check: a folder stands for every ELF file in it, at any depth; any other word for itself, even when there is
 * no such file. Throws UsageError for a folder without ELF files or one that cannot be read through.
 */
export function binariesOf(words: readonly string[]): string[] {
  return words.flatMap((word) => {
    if (!isFolder(word)) return [word];
    let found: string[];
    try {
      found = elfFilesBelow(word);
    } catch (error) {
      throw new UsageError(`cannot look for ELF files in ${word}: ${reasonOf(error)}`, { cause: error });
    }
    if (found.length === 0) throw new UsageError(`there is no ELF file in the folder ${word}`);
    return found;
  });
}
