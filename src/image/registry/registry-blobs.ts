import type { ImageCache } from '../cache/image-cache.ts';
import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { createHash } from '../layer/hash.ts';
import { indexLayer } from '../layer/layer-stream.ts';
import type { BlobStore } from '../oci/blob-store.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { maxDocument } from '../oci/json-document.ts';
import { verifyBlob } from '../oci/verify-blob.ts';
import { describeTable } from '../partial/find-table.ts';
import type { SourceContext } from '../source-options.ts';
import { blobStream } from './blob-stream.ts';
import { manifestTypes, type RegistryClient } from './registry-client.ts';
import { RegistryRanges } from './registry-ranges.ts';
import { discard, type HttpResponse, headerOf } from './transport.ts';

const manifestMediaType =
  /^application\/vnd\.(?:oci\.image\.(?:index|manifest)|docker\.distribution\.manifest)/;
/** Smaller layers, in bytes, are read whole: that is one request. */
const partialFrom = 256 * 1024;
/** Most bytes of documents that are kept in memory. */
const maxKept = 32 * 1024 * 1024;
const accept = manifestTypes.join(', ');

const digestOf = (algorithm: string, bytes: Uint8Array): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

const algorithmOf = (digest: string): string => digest.slice(0, digest.indexOf(':'));

const mediaTypeOf = (response: HttpResponse): string =>
  (headerOf(response, 'content-type') ?? '').split(';')[0]?.trim() ?? '';

/** The blobs of one repository; everything that is read is held against its digest and size. */
export class RegistryBlobs implements BlobStore {
  readonly what: string;
  /** Layers that are read at once: one is not enough to keep the network and the processor busy, many only take memory. */
  readonly layersAtOnce = 3;
  readonly #client: RegistryClient;
  readonly #cache: ImageCache | null;
  /** Documents that were read: manifests and configurations are asked for more than once. */
  readonly #known = new Map<string, Uint8Array>();
  #knownSize = 0;
  #received = 0;
  #expected = 0;

  /** `what` is the image's name. */
  constructor(client: RegistryClient, what: string, cache: ImageCache | null) {
    this.#client = client;
    this.#cache = cache;
    this.what = what;
  }

  has(): boolean {
    return true;
  }

  /** The descriptor of what a tag or digest names: by HEAD, then everything goes by digest. Throws ImageError. */
  async resolve(name: string): Promise<Descriptor> {
    const head = await this.#client.send({ method: 'HEAD', path: `manifests/${name}`, headers: { accept } });
    await discard(head);
    const digest = headerOf(head, 'docker-content-digest') ?? '';
    const size = Number(headerOf(head, 'content-length'));
    const isWhole = /^sha256:[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size) && size > 0;
    if (head.statusCode === 200 && isWhole)
      return { mediaType: mediaTypeOf(head), digest, size, platform: null, annotations: {} };
    if (head.statusCode === 429 || head.statusCode >= 500) throw await this.#client.failure(head, this.what);
    // A HEAD without what it should tell, or none at all: what GET answers counts.
    return this.#resolveByGet(name);
  }

  async #resolveByGet(name: string): Promise<Descriptor> {
    const what = { method: 'GET', path: `manifests/${name}`, headers: { accept } } as const;
    const { response, bytes } = await this.#client.read(what, maxDocument, this.what);
    const digest = digestOf(name.startsWith('sha512:') ? 'sha512' : 'sha256', bytes);
    this.#agree(response, bytes, this.what);
    this.#keep(digest, bytes);
    return { mediaType: mediaTypeOf(response), digest, size: bytes.length, platform: null, annotations: {} };
  }

  async document(descriptor: Descriptor, what: string): Promise<Uint8Array> {
    const { digest, size, mediaType } = descriptor;
    const had = this.#known.get(digest) ?? this.#cache?.document(digest) ?? null;
    if (had !== null) return this.#keep(digest, had);
    if (size > maxDocument) throw new ImageError('unreadable', `${what} is larger than ${maxDocument} bytes`);
    const isManifest = manifestMediaType.test(mediaType);
    const request = isManifest
      ? ({ method: 'GET', path: `manifests/${digest}`, headers: { accept } } as const)
      : ({ method: 'GET', path: `blobs/${digest}` } as const);
    const { response, bytes } = await this.#client.read(request, maxDocument, what);
    this.#agree(response, bytes, what);
    verifyBlob({ size: bytes.length, digest: digestOf(algorithmOf(digest), bytes) }, descriptor, what);
    this.#cache?.storeDocument(digest, bytes);
    return this.#keep(digest, bytes);
  }

  /** A registry's word for the digest of what it sends (docker-content-digest, OCI distribution spec) must be right. */
  #agree(response: HttpResponse, bytes: Uint8Array, what: string): void {
    const said = headerOf(response, 'docker-content-digest') ?? '';
    const isDigest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(said);
    if (!isDigest || said === digestOf(algorithmOf(said), bytes)) return;
    throw new ImageError(
      'unreadable',
      `${this.#client.label} sends ${what} with another digest than it says (docker-content-digest ${said}): it is damaged, or changed on the way`,
    );
  }

  #keep(digest: string, bytes: Uint8Array): Uint8Array {
    if (this.#known.has(digest) || this.#knownSize + bytes.length > maxKept) return bytes;
    this.#known.set(digest, bytes);
    this.#knownSize += bytes.length;
    return bytes;
  }

  async layer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex> {
    const cached = this.#cache?.layer(descriptor.digest) ?? null;
    if (cached !== null) return cached;
    const partial = context.partial === true && descriptor.size >= partialFrom;
    const layer = partial ? await this.#partialLayer(descriptor, what, context) : null;
    return layer ?? this.#readLayer(descriptor, what, context);
  }

  /** Null when the layer can only be read whole. */
  async #partialLayer(
    descriptor: Descriptor,
    what: string,
    context: SourceContext,
  ): Promise<LayerIndex | null> {
    if (describeTable(descriptor) === null) return null;
    const { openPartialLayer } = await import('../partial/partial-layer.ts');
    const ranges = new RegistryRanges(this.#client, descriptor, what);
    return openPartialLayer(descriptor, { ranges, cache: this.#cache, context, what });
  }

  async #readLayer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex> {
    const algorithm = algorithmOf(descriptor.digest);
    const hash = createHash(algorithm);
    let size = 0;
    this.#expected += descriptor.size;
    const chunks = blobStream(this.#client, descriptor, what);
    const tell = (bytes: number): void => this.#tell(bytes, context);
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        tell(chunk.length);
        yield chunk;
      }
    }
    const bytes = hashed();
    try {
      const { layer } = await indexLayer(bytes, { what, budget: context.budget, signal: context.signal });
      while ((await bytes.next()).done !== true);
      verifyBlob({ size, digest: `${algorithm}:${hash.digest('hex')}` }, descriptor, what);
      this.#cache?.storeLayer(layer, descriptor.digest);
      return layer;
    } finally {
      await bytes.return(undefined);
    }
  }

  /** Layers are read in parallel, so progress covers all of them together. */
  #tell(bytes: number, { onProgress }: SourceContext): void {
    this.#received += bytes;
    onProgress?.({
      what: `${this.what} from ${this.#client.label}`,
      bytes: this.#received,
      total: this.#expected,
    });
  }
}
