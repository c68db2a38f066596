import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileFault } from '../regular-file.ts';

/** How long a pipe without a writer is waited for, and between two looks at it, in milliseconds. */
const patience = 30_000;
const betweenLooks = 50;

/** Null while nobody writes to the pipe: a read then ends at once, with nothing (fifo(7), read(2)). */
function firstBytes(fd: number, size: number): Uint8Array | null {
  const bytes = Buffer.allocUnsafeSlow(size);
  try {
    const length = readSync(fd, bytes, 0, size, null);
    return length === 0 ? null : bytes.subarray(0, length);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return new Uint8Array(0);
    throw error;
  }
}

/**
 * What a pipe brings whose name the user gave, such as one of `mkfifo` or of a shell's `<(…)`. It is opened once: its writer would be
 * told that nobody reads any more. Throws FileFault where nobody writes to it, and what `openSync` does.
 */
export async function* pipeChunks(
  path: string,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let first: Uint8Array | null = null;
  try {
    for (let waited = 0; first === null; waited += betweenLooks) {
      first = firstBytes(fd, size);
      if (first !== null) break;
      if (waited >= patience)
        throw new FileFault(`is a pipe that nobody writes to (${patience / 1000} seconds)`);
      await sleep(betweenLooks, undefined, { signal });
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  if (first.length > 0) yield first;
  const socket = new Socket({ fd, readable: true, writable: false });
  const stop = (): void => void socket.destroy(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    yield* socket as AsyncIterable<Uint8Array>;
  } finally {
    signal?.removeEventListener('abort', stop);
    socket.destroy();
  }
}
