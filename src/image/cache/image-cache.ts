import type { FileContent, LayerIndex } from '../image.ts';
import { emptyConfig } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { decodeImageContent, encodeImageContent } from '../index-file/index-file.ts';
import { createHash } from '../layer/hash.ts';
import { type Descriptor, parseDescriptor } from '../oci/descriptor.ts';
import { parseDocument } from '../oci/json-document.ts';
import type { CacheStore } from './cache-store.ts';

const noPlatform = { os: 'linux', architecture: 'unknown', variant: null };
const noFile = { type: 'file', path: 'file', mode: 0, uid: 0, gid: 0, size: 0, capability: null } as const;
/** Nearly as small as the best compression gives, in a fraction of its time. */
const cacheCompression = 1;

/** Layers and documents of images in a store. What does not fit its key is dropped and made again. */
export class ImageCache {
  readonly #store: CacheStore;

  constructor(store: CacheStore) {
    this.#store = store;
  }

  /** The index of a layer by its diffID, or by the digest of its compressed form; null when it is not there or damaged. */
  layer(digest: string): LayerIndex | null {
    const layer = this.#layerByDiffID(digest);
    if (layer !== null) return layer;
    const diffID = this.#store.read('alias', digest)?.toString('latin1') ?? '';
    return /^sha256:[0-9a-f]{64}$/.test(diffID) ? this.#layerByDiffID(diffID) : null;
  }

  #layerByDiffID(diffID: string): LayerIndex | null {
    const bytes = this.#store.read('layer', diffID);
    if (bytes === null) return null;
    try {
      const [layer, ...rest] = decodeImageContent(bytes).layers;
      if (layer?.diffID === diffID && rest.length === 0) return layer;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
    this.#store.drop('layer', diffID);
    return null;
  }

  /** All layers by their diffIDs; null when one is missing. */
  layers(diffIDs: readonly string[]): readonly LayerIndex[] | null {
    if (!diffIDs.every((diffID) => this.#store.has('layer', diffID))) return null;
    const layers = diffIDs.flatMap((diffID) => this.#layerByDiffID(diffID) ?? []);
    return layers.length === diffIDs.length ? layers : null;
  }

  /** Stores a layer once, under its diffID; `digest` is that of its compressed form, where it has one. */
  storeLayer(layer: LayerIndex & { readonly diffID: string }, digest: string = layer.diffID): void {
    const { diffID } = layer;
    if (!this.#store.has('layer', diffID)) {
      const index = { platform: noPlatform, config: emptyConfig, layers: [layer], provenance: null };
      this.#store.write('layer', diffID, encodeImageContent(index, cacheCompression));
    }
    if (digest !== diffID) this.#store.write('alias', digest, Buffer.from(diffID, 'latin1'));
  }

  /** What is kept of one file, by a key that tells its digest. */
  file(key: string): FileContent | null {
    const bytes = this.#store.read('file', key);
    if (bytes === null) return null;
    try {
      const [layer] = decodeImageContent(bytes).layers;
      const entry = layer?.entries[0];
      if (layer?.diffID === key && entry?.type === 'file') return entry.content;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
    }
    this.#store.drop('file', key);
    return null;
  }

  storeFile(key: string, content: FileContent): void {
    const entry = { ...noFile, content };
    const layers = [{ diffID: key, entries: [entry] }];
    const index = { platform: noPlatform, config: emptyConfig, layers, provenance: null };
    this.#store.write('file', key, encodeImageContent(index, cacheCompression));
  }

  /** A manifest, index or configuration by its digest, held against it. */
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
    const bytes = Buffer.from(JSON.stringify({ mediaType, digest, size }), 'utf8');
    if (this.#store.read('tag', name)?.equals(bytes) !== true) this.#store.write('tag', name, bytes);
  }
}
