import type { ImageCache } from '../cache/image-cache.ts';
import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import type { BlobStore } from '../oci/blob-store.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { openPartialLayer } from '../partial/partial-layer.ts';
import type { SourceContext } from '../source-options.ts';

/** The blobs of images that the cache holds, with nothing behind it. */
export class CachedBlobs implements BlobStore {
  readonly what: string;
  readonly #cache: ImageCache;

  constructor(cache: ImageCache, what: string) {
    this.#cache = cache;
    this.what = what;
  }

  has(): boolean {
    return true;
  }

  async document(descriptor: Descriptor, what: string): Promise<Uint8Array> {
    return this.#cache.document(descriptor.digest) ?? this.#missing(what);
  }

  async layer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex> {
    const whole = this.#cache.layer(descriptor.digest);
    if (whole !== null) return whole;
    const ranges = { size: descriptor.size, read: async () => this.#missing(`what is wanted of ${what}`) };
    const source = { ranges, cache: this.#cache, context, what };
    const partial = context.partial === true ? await openPartialLayer(descriptor, source) : null;
    return partial ?? this.#missing(what);
  }

  #missing(what: string): never {
    throw new ImageError(
      'unreadable',
      `${what} is not in the cache, and --offline does not allow registries: run once without it`,
    );
  }
}
