import type { LookupOptions, Rootfs } from '../../rootfs/rootfs.ts';

/** One place of a directory of a search list. */
export interface ListPlace {
  /** Behind the directory; `` is the directory itself. */
  readonly subdirectory: string;
  readonly exists: boolean;
}

/**
 * The subdirectories for some processors that are there, and the directory itself, there or not (G12, G22, G23). One below a
 * directory that the user may not search counts as absent: the loader's stat of it fails.
 */
export function listPlaces(
  rootfs: Rootfs,
  user: Pick<LookupOptions, 'cwd' | 'credentials'>,
  prefix: string,
  subdirectories: readonly string[],
): readonly ListPlace[] {
  const isDirectory = (path: string) => {
    const found = rootfs.lookup(path, user);
    return found.ok && found.inode.type === 'directory';
  };
  const exists = isDirectory(prefix);
  const tops = new Map<string, boolean>();
  const isThere = (subdirectory: string) => {
    const top = subdirectory.slice(0, subdirectory.indexOf('/'));
    const known = tops.get(top) ?? (exists && isDirectory(prefix + top));
    tops.set(top, known);
    return known && isDirectory(prefix + subdirectory);
  };
  return subdirectories
    .filter((subdirectory) => subdirectory === '' || isThere(subdirectory))
    .map((subdirectory) => ({ subdirectory, exists: exists || subdirectory !== '' }));
}
