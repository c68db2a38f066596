import { Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ImageError } from './image-error.ts';
import { nativeZstd, wasmZstd } from './zstd.ts';

/** Inflate output comes in chunks of this size; the default of 16 KiB takes twice the time. */
const inflateChunk = 256 * 1024;

type Compression = 'plain' | 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4';

/** What the first bytes say. Zstandard may start with a skippable frame. */
export function compressionOf(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a !== undefined && a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58) return 'xz';
  if (a === 0x42 && b === 0x5a && c === 0x68) return 'bzip2';
  if (a === 0x04 && b === 0x22 && c === 0x4d && d === 0x18) return 'lz4';
  return 'plain';
}

/**
 * Decompresses a byte stream by its first bytes: gzip, zstd or plain. `what` names it in errors. Throws ImageError
 * `unreadable` for damaged or cut-off data and for compressions that images do not use.
 */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head = await readHead(iterator);
  const whole = resume(head, iterator);
  const compression = compressionOf(head);
  if (compression === 'plain') return yield* whole;
  if (compression !== 'gzip' && compression !== 'zstd') {
    throw new ImageError(
      'unreadable',
      `${what} is compressed with ${compression}: recompress it with gzip or zstd`,
    );
  }
  try {
    const native =
      compression === 'gzip' ? createGunzip({ chunkSize: inflateChunk }) : nativeZstd(inflateChunk);
    if (native === null) yield* wasmZstd(whole, what);
    else yield* through(whole, native as Transform);
  } catch (error) {
    throw asDamage(error, compression, what);
  }
}

/** At least 4 bytes, when there are as many. */
async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* resume(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Runs chunks through a transform stream; errors of either side come out of the iteration. */
async function* through(chunks: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks, { objectMode: true });
  source.on('error', (error) => transform.destroy(error));
  try {
    yield* source.pipe(transform) as AsyncIterable<Uint8Array>;
  } finally {
    source.destroy();
    transform.destroy();
  }
}

function asDamage(error: unknown, compression: string, what: string): unknown {
  if (error instanceof ImageError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    code === 'Z_BUF_ERROR' ||
    (error instanceof Error && /Incomplete stream|unexpected end/i.test(error.message))
  ) {
    return new ImageError('unreadable', `${what} is cut off: its ${compression} data ends early`, {
      cause: error,
    });
  }
  if (/^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(code) || (error instanceof Error && /zstd/.test(error.message))) {
    return new ImageError('unreadable', `${what} is damaged: its ${compression} data is invalid`, {
      cause: error,
    });
  }
  return error;
}
