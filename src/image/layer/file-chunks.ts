import { createReadStream, type ReadStream } from 'node:fs';
import { printablePath } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { statusOf } from '../path-status.ts';
import { FileFault, openRegularFile } from '../regular-file.ts';
import { pipeChunks } from './named-pipe.ts';

const readSize = 1024 * 1024;

export interface FileChunksOptions {
  /** Also of a pipe, such as one that the shell names as a file. By default only of a regular file. */
  readonly mayBePipe?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** The bytes of a file, or of standard input for `-`, in chunks of 1 MiB. Throws ImageError when it cannot be read. */
export async function* fileChunks(path: string, options: FileChunksOptions = {}): AsyncGenerator<Uint8Array> {
  const { signal, mayBePipe = false } = options;
  const isPipe = mayBePipe && statusOf(path)?.isFIFO() === true;
  const stream = path === '-' ? process.stdin : isPipe ? null : openChunks(path, mayBePipe);
  // A read of standard input may wait for ever.
  const stop = (): void => void stream?.destroy(signal?.reason);
  signal?.addEventListener('abort', stop);
  let bytes = 0;
  try {
    const chunks = stream ?? pipeChunks(path, readSize, signal);
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      bytes += chunk.length;
      options.onBytes?.(bytes);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw readError(path, error, mayBePipe);
  } finally {
    signal?.removeEventListener('abort', stop);
    if (path !== '-') stream?.destroy();
  }
}

function openChunks(path: string, mayBePipe: boolean): ReadStream {
  try {
    return createReadStream(path, { fd: openRegularFile(path), highWaterMark: readSize });
  } catch (error) {
    throw readError(path, error, mayBePipe);
  }
}

/** A path that may be a pipe is one that the user named. */
function readError(path: string, error: unknown, isNamed: boolean): unknown {
  if (error instanceof FileFault)
    return new ImageError(isNamed ? 'call' : 'unreadable', `${printablePath(path)} ${error.message}`, {
      cause: error,
    });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [kind, words] = faults[code] ?? [];
  return kind === undefined
    ? error
    : new ImageError(kind, `${printablePath(path)}: ${words}`, { cause: error });
}

const faults: Readonly<Record<string, readonly [ImageError['code'], string] | undefined>> = {
  ENOENT: ['call', 'no such file'],
  ENOTDIR: ['call', 'no such file'],
  ELOOP: ['call', 'too many links on the way to it'],
  ENAMETOOLONG: ['call', 'the name is too long'],
  EACCES: ['unreadable', 'permission denied'],
  EPERM: ['unreadable', 'permission denied'],
  EIO: ['unreadable', 'read error'],
  ENXIO: ['unreadable', 'read error'],
  EINVAL: ['unreadable', 'read error'],
};
