import { createReadStream } from 'node:fs';
import { ImageError } from '../image-error.ts';

const readSize = 1024 * 1024;

export interface FileChunksOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** The bytes of a file, or of standard input for `-`, in chunks of 1 MiB. Throws ImageError when it cannot be read. */
export async function* fileChunks(path: string, options: FileChunksOptions = {}): AsyncGenerator<Uint8Array> {
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: readSize });
  const { signal } = options;
  // A read of standard input may wait for ever.
  const stop = (): void => void stream.destroy(signal?.reason);
  signal?.addEventListener('abort', stop);
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      options.onBytes?.(bytes);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw new ImageError('call', `${path}: no such file`, { cause: error });
    if (code === 'EISDIR')
      throw new ImageError('call', `${path} is a folder, not a tar file`, { cause: error });
    if (code === 'EACCES') throw new ImageError('unreadable', `${path}: permission denied`, { cause: error });
    if (code === 'EIO') throw new ImageError('unreadable', `${path}: read error`, { cause: error });
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    if (path !== '-') stream.destroy();
  }
}
