import type { Transform } from 'node:stream';
import { createGunzip, Gunzip } from 'node:zlib';
import { ImageError } from '../image-error.ts';
import { nativeZstd, wasmZstd } from './zstd.ts';

/**
 * Bytes that go into and come out of a decompressor at once. It works in a thread of its own, and each time that it asks for
 * more costs as much as some 30 KiB; with Node's default of 16 KiB it takes twice the time.
 */
const batchSize = 1024 * 1024;
/** Bytes that it may be ahead of what is read of them. */
const ahead = 2 * batchSize;

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
  let size = 0;
  const whole = resume(head, iterator, (length) => {
    size += length;
  });
  const compression = compressionOf(head);
  if (compression === 'plain') return yield* whole;
  if (compression !== 'gzip' && compression !== 'zstd') {
    throw new ImageError(
      'unreadable',
      `${what} is compressed with ${compression}: recompress it with gzip or zstd`,
    );
  }
  try {
    const options = { chunkSize: batchSize, readableHighWaterMark: ahead };
    const native = compression === 'gzip' ? createGunzip(options) : nativeZstd(options);
    if (native === null) yield* wasmZstd(whole, what);
    else yield* through(whole, native);
    // Node's zlib ignores zeros behind the last gzip member, and what follows them; Go's compress/gzip, which engines use, does not.
    if (native instanceof Gunzip && native.bytesWritten < size)
      throw new ImageError('unreadable', `${what} is damaged: something stands behind its gzip data`);
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

async function* resume(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    count(head.length);
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      count(next.value.length);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Runs chunks through a transform stream; errors of either side come out of the iteration. */
async function* through(chunks: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const feeding = feed(iterator, transform).catch((error: Error) => void transform.destroy(error));
  try {
    yield* transform as AsyncIterable<Uint8Array>;
  } finally {
    transform.destroy();
    void feeding.then(() => iterator.return?.()).catch(() => {});
  }
}

/** Writes chunks in batches: one is filled while another is decompressed. */
async function feed(chunks: AsyncIterator<Uint8Array>, transform: Transform): Promise<void> {
  const batches = [new Batch(transform), new Batch(transform)] as const;
  let turn = 0;
  let batch: Batch = batches[0];
  const closed = new Promise<void>((resolve) => transform.once('close', () => resolve()));
  const isFree = () => Promise.race([batch.written, closed]);
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    for (let rest = next.value; rest.length > 0; ) {
      rest = batch.fill(rest);
      if (!batch.isFull) continue;
      batch.write();
      turn = 1 - turn;
      batch = batches[turn] ?? batch;
      await isFree();
    }
    if (transform.destroyed) return;
  }
  batch.write();
  transform.end();
}

/** A buffer that is filled, written and then filled again. */
class Batch {
  readonly #transform: Transform;
  readonly #buffer = Buffer.allocUnsafeSlow(batchSize);
  #length = 0;
  written: Promise<void> = Promise.resolve();

  constructor(transform: Transform) {
    this.#transform = transform;
  }

  get isFull(): boolean {
    return this.#length === batchSize;
  }

  /** Takes what fits and gives the rest. */
  fill(bytes: Uint8Array): Uint8Array {
    const count = Math.min(bytes.length, batchSize - this.#length);
    this.#buffer.set(bytes.subarray(0, count), this.#length);
    this.#length += count;
    return bytes.subarray(count);
  }

  write(): void {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    this.written = new Promise((resolve) => this.#transform.write(bytes, () => resolve()));
  }
}

function asDamage(error: unknown, compression: string, what: string): unknown {
  if (error instanceof ImageError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    code === 'Z_BUF_ERROR' ||
    (error instanceof Error && /Incomplete stream|unexpected end/i.test(error.message))
  ) {
    return new ImageError('unreadable', `${what} is truncated: its ${compression} data ends early`, {
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
