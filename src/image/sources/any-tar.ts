import { printablePath } from '../entry-path.ts';
import { decompress } from '../layer/decompress.ts';
import { statusOf } from '../path-status.ts';
import { startsAsArchive, tarHeadSize } from '../reference/archive-head.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import { holdsImage, openReadArchive } from './docker-archive.ts';
import { openRootfsTar, tarChunks } from './rootfs-tar.ts';

/**
 * Opens a tarball, or the one on standard input for `-`, by what it holds: an image archive, else a root file system.
 * A stream is read once. Throws ImageError.
 */
export async function openTar(path: string, context: SourceContext): Promise<SourceImage> {
  const what = path === '-' ? 'standard input' : printablePath(path);
  const chunks = decompress(tarChunks(path, what, context), what);
  const head = await readHead(chunks);
  const stream = joined(head, chunks);
  if (!startsAsArchive(Buffer.concat(head))) return openRootfsTar(path, context, stream);
  const { readImageArchive } = await import('../oci/image-archive.ts');
  const archive = await readImageArchive(stream, what, context);
  const isFile = path !== '-' && statusOf(path)?.isFile() === true;
  if (isFile && !holdsImage(archive)) return openRootfsTar(path, context);
  return openReadArchive(archive, path, context);
}

async function readHead(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array[]> {
  const head: Uint8Array[] = [];
  for (let size = 0; size < tarHeadSize; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(Buffer.from(next.value));
    size += next.value.length;
  }
  return head;
}

async function* joined(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}
