import { fstatSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { parseReference } from '../../image/reference/source-reference.ts';
import type { Arguments } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';
import { endOfLinks } from './end-of-links.ts';

/**
 * Refuses an `--output` that is a file which the call reads, under whatever name, or that leads by a link into a folder which it
 * reads: the report would take the place of what it is about. Throws UsageError.
 */
export function refuseChecked(args: Arguments): void {
  const output = args.value('output');
  if (output === null) return;
  const written = statusOf(output);
  for (const word of namedFiles(args)) {
    const read = word === '-' ? statusOfInput() : statusOf(word);
    if (read === null) continue;
    if (written?.isFile() === true && written.dev === read.dev && written.ino === read.ino)
      throw new UsageError(`--output ${output} is ${word}, which is being checked: write to another file`);
    if (read.isDirectory() && leadsInto(output, word))
      throw new UsageError(
        `--output ${output} leads by a link into ${word}, which is being checked: write to another file`,
      );
  }
}

/** Every word of the call that may be a path, `-` for standard input; what none is names nothing. */
function namedFiles(args: Arguments): string[] {
  const images = args.list('image').flatMap(pathsOfReference);
  const added = args.list('add').map((text) => text.slice(0, text.lastIndexOf(':/')));
  const words = args.words.flatMap((word) => [word, word.split('!/', 1)[0] ?? '', ...pathsOfReference(word)]);
  const ca = args.value('registry-ca');
  const all = [...words, ...images, ...added, ...args.list('loaded-before'), ...(ca === null ? [] : [ca])];
  return [...new Set(all)].filter((word) => word !== '');
}

/** `oci-dir:FOLDER:TAG`: a path may be all of what follows the source, or what stands before a tag or digest. */
function pathsOfReference(text: string): string[] {
  const { rest } = parseReference(text);
  return [rest, rest.replace(/@[^@]*$/, ''), rest.replace(/:[^:]*$/, '')];
}

function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function statusOfInput(): Stats | null {
  try {
    return fstatSync(0);
  } catch {
    return null;
  }
}

function leadsInto(output: string, folder: string): boolean {
  try {
    const end = endOfLinks(output);
    if (end === null) return false;
    const real = join(realpathSync.native(dirname(end)), basename(end));
    if (!isBelow(real, realpathSync.native(folder))) return false;
    const isLink = lstatSync(output, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink || (real !== resolve(output) && !isBelow(resolve(output), resolve(folder)));
  } catch {
    return false;
  }
}

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
