import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { maxDocument, objectsOf, parseDocument, textOf, textsOf } from '../oci/json-document.ts';
import { isRootFolder } from '../reference/rootfs-shape.ts';
import { readRegularFile } from '../regular-file.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import { openRootfsDir } from './rootfs-dir.ts';

/**
 * Opens a folder that was said to be a root file system by what it holds: one that has none of its folders and is an OCI image
 * layout as that. Throws ImageError, for what `docker save` wrote and someone unpacked as well.
 */
export async function openFolder(path: string, context: SourceContext): Promise<SourceImage> {
  if (isRootFolder(path)) return openRootfsDir(path, context);
  if (existsSync(join(path, 'oci-layout')) && existsSync(join(path, 'index.json'))) {
    const { openOciDir } = await import('./oci-layout.ts');
    return { ...(await openOciDir(path, context)), source: 'oci-dir' };
  }
  if (isSavedFolder(path)) throw savedFolderError(path);
  return openRootfsDir(path, context);
}

/** Whether a folder is an unpacked archive of `docker save`, whose manifest.json names configurations and layers. */
export function isSavedFolder(path: string): boolean {
  const manifest = join(path, 'manifest.json');
  try {
    const images = objectsOf(parseDocument(readRegularFile(manifest, maxDocument), printablePath(manifest)));
    return images.some(({ Config, Layers }) => textOf(Config) !== '' && textsOf(Layers).length > 0);
  } catch {
    return false;
  }
}

/** The error for such a folder. */
export function savedFolderError(path: string): ImageError {
  const what = printablePath(path);
  return new ImageError(
    'unreadable',
    `${what} is an unpacked docker save archive: give the archive, or pack it again: tar -C ${what} -cf image.tar .`,
  );
}
