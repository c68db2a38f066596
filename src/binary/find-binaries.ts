import { isUtf8 } from 'node:buffer';
import { existsSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { LongWork } from '../image/long-work.ts';
import { isFolder } from '../image/path-status.ts';
import { BinaryError } from './binary-file.ts';
import { FamilyCount } from './build-family.ts';
import { headOf } from './file-head.ts';
import { isElfHead, judgeNativeFile } from './native-file.ts';
import { SkipCount, type SkippedFiles } from './skipped-files.ts';

/** One file to check. */
export interface BinaryPath {
  readonly path: string;
  /** The named folder that contains it, with the file's path in it; null for a file that was named itself. */
  readonly folder: { readonly path: string; readonly inside: string } | null;
  /** False for a file of a folder that a loader would meet and refuse. */
  readonly isElf: boolean;
}

/** What an argument of the call names. */
export interface FoundBinaries {
  readonly paths: readonly BinaryPath[];
  /** Of a folder: what is in it and not checked. */
  readonly skipped: readonly SkippedFiles[];
}

/** Whether anything has this path on disk; a dangling link is something too. */
export const isOnDisk = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/**
 * Every regular file below `folder`, by name; links are not followed, and what vanishes meanwhile is not there. `skipped` counts
 * files and folders whose names are not UTF-8.
 */
function* filesBelow(
  folder: string,
  skipped: SkipCount,
): Generator<{ readonly path: string; readonly status: Stats }> {
  const names = readdirSync(folder, { encoding: 'buffer' });
  const readable = names.filter((name) => isUtf8(name)).map((name) => name.toString());
  skipped.add('name-not-utf8', names.length - readable.length);
  for (const name of readable.sort()) {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) yield* filesBelow(path, skipped);
    else if (status?.isFile()) yield { path, status };
  }
}

async function nativeFilesBelow(folder: string, work: LongWork): Promise<FoundBinaries> {
  const skipped = new SkipCount(folder);
  const families = new FamilyCount();
  const found: { readonly where: BinaryPath; readonly inside: string; readonly isAloneOnly: boolean }[] = [];
  let looked = 0;
  for (const { path, status } of filesBelow(folder, skipped)) {
    looked++;
    if (work.isDue) await work.pause(`looking for binaries in ${folder}: ${looked} files`);
    const inside = relative(folder, path);
    const head = headOf(path);
    const judged = judgeNativeFile({
      path: inside,
      head,
      size: status.size,
      mode: status.mode,
      hasNeighbour: (name) => existsSync(join(dirname(path), name)),
    });
    if (judged === null) continue;
    families.add(inside);
    const where = { path, folder: { path: folder, inside }, isElf: isElfHead(head) };
    if (judged !== 'checked' && judged !== 'one-of-several') skipped.add(judged);
    else found.push({ where, inside, isAloneOnly: judged === 'one-of-several' });
  }
  const checked = found.filter(({ inside, isAloneOnly }) => !isAloneOnly || families.isAlone(inside));
  skipped.add('other-platform', found.length - checked.length);
  return { paths: checked.map(({ where }) => where), skipped: skipped.files() };
}

/**
 * The files that an argument of the call names: for a folder every file in it that kernel or loader would meet, at any depth
 * (`judgeNativeFile`); anything else names itself, even when there is no such file. Throws BinaryError for a folder
 * without such files or one that cannot be read through.
 */
export async function findBinaries(word: string, work = new LongWork()): Promise<FoundBinaries> {
  if (!isFolder(word)) return { paths: [{ path: word, folder: null, isElf: true }], skipped: [] };
  let found: FoundBinaries;
  try {
    found = await nativeFilesBelow(word, work);
  } catch (error) {
    work.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new BinaryError('unreadable', `cannot look for ELF files in ${word}: ${reason}`, { cause: error });
  }
  if (found.paths.length > 0) return found;
  const count = found.skipped.reduce((sum, each) => sum + each.count, 0);
  const others =
    count === 0 ? '' : `, only ${count} file${count === 1 ? '' : 's'} for other platforms or not linked`;
  throw new BinaryError('call', `there is no ELF file in the folder ${word}${others}`);
}

/** Where a binary is in the image: `at` names the file, or with a slash at its end the folder that it goes into. */
export function standsAt({ path, folder }: Pick<BinaryPath, 'path' | 'folder'>, at: string | null): string {
  const root = (at ?? '/').replace(/\/+$/, '');
  if (folder !== null) {
    const place = at === null ? join('/', basename(resolve(folder.path))).replace(/\/$/, '') : root;
    return `${place}/${folder.inside}`;
  }
  return at === null || at.endsWith('/') ? `${root}/${basename(path)}` : at;
}
