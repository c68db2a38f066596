import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { compressionOf, decompress } from './decompress.ts';
import { createHash } from './hash.ts';
import type { IndexBudget } from './layer-budget.ts';
import { TarReader } from './tar-reader.ts';

/** Bytes behind the end of an archive, which tools fill up to some blocks of 10 KiB. */
const mostBehind = 256 * 1024 * 1024;

export interface LayerStreamOptions {
  /** Names the layer in errors, such as `layer sha256:… of alpine:3.19`. */
  readonly what: string;
  readonly budget: IndexBudget;
  readonly signal?: AbortSignal | undefined;
  /** `sha256:` and the hash of all chunks, of a caller who makes it anyway: a layer that is not compressed is not hashed again. */
  readonly digestOfChunks?: () => string;
}

/** A layer and what was seen of its bytes. */
export interface StreamedLayer {
  /** `diffID` is the sha256 of the uncompressed tar. */
  readonly layer: LayerIndex & { readonly diffID: string };
  /** Bytes read, as they came. */
  readonly compressedSize: number;
}

/**
 * Indexes one layer in one pass without writing anything to disk: decompresses by the first bytes, reads the tar, takes
 * ELF facts on the way. Throws ImageError `unreadable` with one line for whatever is wrong with the bytes.
 */
export async function indexLayer(
  chunks: AsyncIterable<Uint8Array>,
  options: LayerStreamOptions,
): Promise<StreamedLayer> {
  const { what, budget, signal, digestOfChunks } = options;
  const hash = createHash('sha256');
  const reader = new TarReader(what, budget);
  let compressedSize = 0;
  let size = 0;
  let behind = 0;
  let digestOfPlain: (() => string) | undefined;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (compressedSize === 0 && chunk.length >= 4 && compressionOf(chunk) === 'plain')
        digestOfPlain = digestOfChunks;
      compressedSize += chunk.length;
      budget.addRead(chunk.length);
      yield chunk;
    }
  }
  for await (const chunk of decompress(counted(), what)) {
    signal?.throwIfAborted();
    size += chunk.length;
    budget.checkInflation(what, compressedSize, size);
    if (digestOfPlain === undefined) hash.update(chunk);
    await reader.write(chunk);
    if (reader.isAtEnd) behind += chunk.length;
    if (behind > mostBehind)
      throw new ImageError(
        'unreadable',
        `${what} goes on for more than ${mostBehind >> 20} MiB after its end`,
      );
  }
  if (size === 0) throw new ImageError('unreadable', `${what} is empty: not a tar archive`);
  const entries = await reader.end();
  const diffID = digestOfPlain?.() ?? `sha256:${hash.digest('hex')}`;
  return { layer: { diffID, entries }, compressedSize };
}
