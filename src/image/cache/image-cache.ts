import { createHash } from 'node:crypto';
import { ImageError } from '../image-error.ts';
import type { LayerIndex } from '../image-index.ts';
import { parseDocument } from '../json-document.ts';
import { type Descriptor, parseDescriptor } from '../oci-image.ts';
import { decodeImageIndex, encodeImageIndex } from '../serialize.ts';
import { emptyConfig } from '../source-options.ts';
import type { CacheStore } from './cache-store.ts';

/** Layers and documents of images in a store. What does not fit its key is dropped and made again. */
export class ImageCache {
  readonly #store: CacheStore;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** The index of a layer by its digest or diffID; null when it is not there or damaged. */
  layer(digest: string): LayerIndex | null {
    const bytes = this.#store.read('layer', digest);
    if (bytes === null) return null;
    try {
      const [layer, ...rest] = decodeImageIndex(bytes).layers;
      if (layer !== undefined && rest.length === 0) return layer;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
    this.#store.drop('layer', digest);
    return null;
  }

  hasLayer(digest: string): boolean {
    return this.#store.has('layer', digest);
  }

  /** Stores a layer under every digest that it goes by: compressed, and uncompressed (diffID). */
  storeLayer(layer: LayerIndex, digests: readonly string[]): void {
    const platform = { os: 'linux', architecture: 'unknown', variant: null };
    const bytes = encodeImageIndex({ platform, config: emptyConfig, layers: [layer], provenance: null });
    for (const digest of new Set(digests)) this.#store.write('layer', digest, bytes);
  }

  /** A manifest, index or configuration by its sha256 digest, held against it. */
  document(digest: string): Uint8Array | null {
    const bytes = this.#store.read('document', digest);
    if (bytes === null) return null;
    const algorithm = digest.slice(0, digest.indexOf(':'));
    if (`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` === digest) return bytes;
    this.#store.drop('document', digest);
    return null;
  }

  storeDocument(digest: string, bytes: Uint8Array): void {
    this.#store.write('document', digest, bytes);
  }

  /** What a name led to when it was last resolved: only for `--offline`. */
  resolvedName(name: string): Descriptor | null {
    const bytes = this.#store.read('tag', name);
    if (bytes === null) return null;
    try {
      return parseDescriptor(parseDocument(bytes, name), name);
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.#store.drop('tag', name);
      return null;
    }
  }

  storeResolvedName(name: string, { mediaType, digest, size }: Descriptor): void {
    this.#store.write('tag', name, Buffer.from(JSON.stringify({ mediaType, digest, size }), 'utf8'));
  }
}
