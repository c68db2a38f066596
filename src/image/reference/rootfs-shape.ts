import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ImageError } from '../image-error.ts';

/** Folders of which a root file system has at least one; only a very small image does without. */
const rootFolders = ['bin', 'etc', 'usr', 'lib', 'sbin', 'lib64'] as const;

/** Whether a path is a folder that has one of them. */
export function isRootFolder(path: string): boolean {
  try {
    return rootFolders.some((name) => lstatSync(join(path, name), { throwIfNoEntry: false }) !== undefined);
  } catch {
    return false; // not a folder, or one that may not be searched: who lists it says why
  }
}

/** Whether one of the paths, relative to the root, lies in one of them. */
export const areRootPaths = (paths: readonly string[]): boolean =>
  paths.some((path) => rootFolders.some((name) => path === name || path.startsWith(`${name}/`)));

/** The error for what is not a root file system; `explicit` is the reference that says that it is one. */
export function notRootfs(what: string, explicit: string): ImageError {
  return new ImageError(
    'unreadable',
    `${what} is not a root file system: it has none of ${rootFolders.join(', ')}; if it is one, write ${explicit}`,
  );
}
