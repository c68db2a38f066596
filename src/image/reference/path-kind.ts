import { closeSync, existsSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { isImageIndex } from '../index-file/index-file.ts';
import { decompress } from '../layer/decompress.ts';
import { fileChunks } from '../layer/file-chunks.ts';
import { FileFault, openRegularFile } from '../regular-file.ts';
import { startsAsArchive, tarHeadSize } from './archive-head.ts';

/** What stands at a path. An `archive` is a docker-archive or an oci-archive: its end tells which. */
export type PathKind = 'oci-dir' | 'dir' | 'archive' | 'tar' | 'index';

/** What `auto` takes an existing path for: by what it is, never by its name. Throws ImageError. */
export async function kindOfPath(path: string): Promise<PathKind> {
  const stats = statSync(path);
  if (stats.isDirectory()) return existsSync(join(path, 'oci-layout')) ? 'oci-dir' : 'dir';
  if (!stats.isFile() && !stats.isFIFO()) {
    throw new ImageError('call', `${printablePath(path)} is neither a folder nor a file`);
  }
  if (stats.isFIFO()) return 'tar';
  const head = readHead(path);
  if (isImageIndex(head)) return 'index';
  return (await isArchive(path)) ? 'archive' : 'tar';
}

function readHead(path: string): Uint8Array {
  let fd: number;
  try {
    fd = openRegularFile(path);
  } catch (error) {
    const reason = error instanceof FileFault ? ` ${error.message}` : ': permission denied';
    throw new ImageError('unreadable', `${printablePath(path)}${reason}`, { cause: error });
  }
  try {
    const head = Buffer.alloc(16);
    return head.subarray(0, readSync(fd, head, 0, head.length, 0));
  } catch (error) {
    throw new ImageError('unreadable', `${printablePath(path)}: cannot be read`, { cause: error });
  } finally {
    closeSync(fd);
  }
}

async function isArchive(path: string): Promise<boolean> {
  let head = Buffer.alloc(0);
  for await (const chunk of decompress(fileChunks(path), printablePath(path))) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= tarHeadSize) break;
  }
  return startsAsArchive(head);
}
