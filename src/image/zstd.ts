import type { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { ImageError } from './image-error.ts';

/** Most compressed bytes that the WebAssembly decoder takes: it needs them in memory. */
const maxBuffered = 1024 ** 3;
/** Chunks without output after which the WebAssembly decoder counts as stuck: it does not report damaged data. */
const maxIdleSteps = 64;

interface ZstdZlib {
  createZstdDecompress?: (options: { chunkSize: number }) => Duplex;
}

/** node:zlib's zstd decoder as a stream; null on a Node that has none (before 22.15). */
export function nativeZstd(chunkSize: number): Duplex | null {
  const create = (zlib as ZstdZlib).createZstdDecompress;
  return create === undefined ? null : create({ chunkSize });
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
        `${what} is a zstd layer of more than 1 GiB: reading it needs Node 22.15 or newer`,
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
