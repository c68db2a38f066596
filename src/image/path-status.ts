import { type Stats, statSync } from 'node:fs';

/** The status of what a path leads to; null where that is nothing, a loop of links, or behind a folder that may not be searched. */
export function statusOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Whether `path` leads to a folder on disk. */
export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true;
