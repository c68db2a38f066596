import { basename, posix } from 'node:path';
import { isOnDisk } from '../binary/find-binaries.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import { copiedLayer } from './copied-layers.ts';

/** Objects that a call has loaded before the checked one: their paths in the container, and the layers that put them there. */
interface EarlierObjects {
  readonly paths: readonly string[];
  readonly copied: readonly LayerIndex[];
}

/**
 * Each of `files` in the image, or on disk, from where it is copied into the folder of `at`. An absolute path is looked for in
 * the image first, any other on disk first and then in the folder of `at`. What is nowhere stays a path that leads to nothing.
 * Throws ImageError when a file on disk cannot be read.
 */
export async function earlierObjects(
  files: readonly string[],
  at: string,
  { content: { layers } }: Image,
  below: readonly LayerIndex[],
): Promise<EarlierObjects> {
  if (files.length === 0) return { paths: [], copied: [] };
  const { rootfs } = mergedTree(layers, below, 'followed');
  const copied: LayerIndex[] = [];
  const paths: string[] = [];
  for (const file of files) {
    const inImage = posix.resolve(posix.dirname(at), pathFromText(file));
    if ((file.startsWith('/') && rootfs.lookup(inImage).ok) || !isOnDisk(file)) {
      paths.push(inImage);
      continue;
    }
    const destination = `${posix.dirname(at).replace(/\/$/, '')}/${basename(file)}`;
    copied.push(await copiedLayer(file, destination));
    paths.push(pathFromText(destination));
  }
  return { paths, copied };
}
