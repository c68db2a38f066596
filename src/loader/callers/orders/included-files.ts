import { posix } from 'node:path';
import { keptText } from '../../../container/kept-text.ts';
import type { Rootfs } from '../../../rootfs/rootfs.ts';

/** So many files of one configuration are read. */
const maxFiles = 256;

/** The files that a pattern leads to, sorted by name; `*` and `?` stand in its last part only, as configurations write it. */
export function filesBy(rootfs: Rootfs, pattern: string): string[] {
  const folder = posix.dirname(pattern);
  const name = posix.basename(pattern);
  if (!/[*?]/.test(name)) return [pattern];
  const escaped = name.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const names = new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
  return rootfs
    .list(folder, names)
    .slice(0, maxFiles)
    .map((entry) => `${folder === '/' ? '' : folder}/${entry.name}`);
}

/** A statement of a configuration: a file that it names for reading, or what it means to the caller. */
export type Statement<T> = { readonly include: string } | { readonly means: T };

/**
 * What the statements of a configuration mean, in the order in which its files are read: `parse` gives those of one file, with
 * absolute patterns, one by one: what an included file means comes before `parse` goes on. A file that includes itself is read once.
 */
export function readConfiguration<T>(
  rootfs: Rootfs,
  main: string,
  parse: (text: string, path: string) => Iterable<Statement<T>>,
): T[] {
  const read = new Set<string>();
  const meanings: T[] = [];
  const visit = (path: string): void => {
    if (read.size >= maxFiles || read.has(path)) return;
    read.add(path);
    for (const statement of parse(keptText(rootfs, path) ?? '', path)) {
      if ('means' in statement) meanings.push(statement.means);
      else for (const file of filesBy(rootfs, statement.include)) visit(file);
    }
  };
  visit(main);
  return meanings;
}

/** The first of these paths that is a file of the image; null when none is. */
export function firstFile(rootfs: Rootfs, paths: readonly string[]): string | null {
  const isFile = (path: string) => {
    const found = rootfs.lookup(path);
    return found.ok && found.inode.type === 'file';
  };
  return paths.find(isFile) ?? null;
}
