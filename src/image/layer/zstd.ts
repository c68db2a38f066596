import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { ImageError } from '../image-error.ts';

/** Most compressed bytes that the WebAssembly decoder takes: it needs them in memory. */
const maxBuffered = 1024 ** 3;
/** Chunks without output after which the WebAssembly decoder counts as stuck: it does not report damaged data. */
const maxIdleSteps = 64;

/** Bytes that come out at once, and that may wait to be read. */
export interface DecoderOptions {
  readonly chunkSize: number;
  readonly readableHighWaterMark: number;
}

interface ZstdZlib {
  createZstdDecompress?: (options: DecoderOptions) => Transform;
  zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array;
}

/** Two frames of one byte each: a layer may have any number (zstd:chunked has one for every file). */
const twoFrames = Buffer.from('28b52ffd200109000061'.repeat(2), 'hex');

/**
 * node:zlib's zstd decoder as a stream; null on a Node that has none (before 22.15), or one that takes the end of the first
 * frame for the end of the data (seen in 24.21), which would cut a layer off without a word.
 */
export function nativeZstd(options: DecoderOptions): Transform | null {
  const { createZstdDecompress, zstdDecompressSync } = zlib as ZstdZlib;
  if (createZstdDecompress === undefined || zstdDecompressSync === undefined) return null;
  return zstdDecompressSync(twoFrames).length === 2 ? createZstdDecompress(options) : null;
}

/**
 * Decompresses zstd with a WebAssembly decoder, loaded on first use. Throws Error for damaged or cut-off data and
 * ImageError when more than 1 GiB of compressed bytes would have to be held.
 */
export async function* wasmZstd(chunks: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  const input: Uint8Array[] = [];
  let buffered = 0;
  for await (const chunk of chunks) {
    input.push(chunk);
    buffered += chunk.length;
    if (buffered > maxBuffered) {
      throw new ImageError(
        'unreadable',
        `${what} is a zstd layer of more than 1 GiB: recompress it with gzip`,
      );
    }
  }
  let idle = 0;
  for (const output of decoder.decodeStreaming(pieces(input))) {
    idle = output.length === 0 ? idle + 1 : 0;
    if (idle > maxIdleSteps) throw new Error('invalid zstd data');
    if (output.length > 0) yield output;
  }
}

/** Pieces that the decoder can copy into its memory one at a time; each is let go of once taken. */
function* pieces(input: Uint8Array[]): Generator<Uint8Array> {
  for (let chunk = input.shift(); chunk !== undefined; chunk = input.shift()) {
    for (let at = 0; at < chunk.length; at += 1024 * 1024) yield chunk.subarray(at, at + 1024 * 1024);
  }
}
