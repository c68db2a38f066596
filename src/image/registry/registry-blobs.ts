import { createHash } from 'node:crypto';
import type { ImageCache } from '../cache/image-cache.ts';
import { ImageError } from '../image-error.ts';
import type { LayerIndex } from '../image-index.ts';
import { maxDocument } from '../json-document.ts';
import { indexLayer } from '../layer-stream.ts';
import type { BlobStore, Descriptor } from '../oci-image.ts';
import type { SourceContext } from '../source-options.ts';
import { manifestTypes, type RegistryClient, readBody } from './registry-client.ts';
import { mayPass } from './transport.ts';

const maxResumes = 5;
const manifestMediaType =
  /^application\/vnd\.(?:oci\.image\.(?:index|manifest)|docker\.distribution\.manifest)/;

const digestOf = (algorithm: string, bytes: Uint8Array): string =>
  `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;

const algorithmOf = (digest: string): string => digest.slice(0, digest.indexOf(':'));

/** The blobs of one repository; everything that is read is held against its digest and size. */
export class RegistryBlobs implements BlobStore {
  readonly what: string;
  readonly #client: RegistryClient;
  readonly #cache: ImageCache | null;

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
    const accept = manifestTypes.join(', ');
    const head = await this.#client.send('HEAD', `manifests/${name}`, { accept });
    await head.body.dump();
    if (head.statusCode !== 200 && head.statusCode !== 404 && head.statusCode !== 405) {
      throw await this.#client.failure(head, this.what);
    }
    const digest = String(head.headers['docker-content-digest'] ?? '');
    const size = Number(head.headers['content-length']);
    const mediaType =
      String(head.headers['content-type'] ?? '')
        .split(';')[0]
        ?.trim() ?? '';
    if (
      head.statusCode === 200 &&
      /^sha256:[0-9a-f]{64}$/.test(digest) &&
      Number.isSafeInteger(size) &&
      size > 0
    ) {
      return { mediaType, digest, size, platform: null, annotations: {} };
    }
    return this.#resolveByGet(name, accept);
  }

  async #resolveByGet(name: string, accept: string): Promise<Descriptor> {
    const response = await this.#client.send('GET', `manifests/${name}`, { accept });
    if (response.statusCode !== 200) throw await this.#client.failure(response, this.what);
    const bytes = await readBody(response, maxDocument, `the manifest of ${this.what}`);
    const mediaType =
      String(response.headers['content-type'] ?? '')
        .split(';')[0]
        ?.trim() ?? '';
    return {
      mediaType,
      digest: digestOf('sha256', bytes),
      size: bytes.length,
      platform: null,
      annotations: {},
    };
  }

  async document(descriptor: Descriptor, what: string): Promise<Uint8Array> {
    const cached = this.#cache?.document(descriptor.digest) ?? null;
    if (cached !== null) return cached;
    const isManifest = manifestMediaType.test(descriptor.mediaType);
    const path = `${isManifest ? 'manifests' : 'blobs'}/${descriptor.digest}`;
    const response = await this.#client.send(
      'GET',
      path,
      isManifest ? { accept: manifestTypes.join(', ') } : {},
    );
    if (response.statusCode !== 200) throw await this.#client.failure(response, what);
    const bytes = await readBody(response, maxDocument, what);
    verify(bytes.length, digestOf(algorithmOf(descriptor.digest), bytes), descriptor, what);
    this.#cache?.storeDocument(descriptor.digest, bytes);
    return bytes;
  }

  async layer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex> {
    const cached = this.#cache?.layer(descriptor.digest) ?? null;
    if (cached !== null) return cached;
    const hash = createHash(algorithmOf(descriptor.digest));
    let size = 0;
    const chunks = this.#blob(descriptor, what, context);
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        context.onProgress?.({ what, bytes: size, total: descriptor.size });
        yield chunk;
      }
    }
    const bytes = hashed();
    const { layer } = await indexLayer(bytes, { what, budget: context.budget, signal: context.signal });
    while ((await bytes.next()).done !== true);
    verify(size, `${algorithmOf(descriptor.digest)}:${hash.digest('hex')}`, descriptor, what);
    this.#cache?.storeLayer(layer, [descriptor.digest, layer.diffID]);
    return layer;
  }

  /** The bytes of a blob; a connection that breaks is taken up again where it broke (Range). */
  async *#blob(descriptor: Descriptor, what: string, context: SourceContext): AsyncGenerator<Uint8Array> {
    let received = 0;
    for (let resumes = 0; ; resumes++) {
      const range = received === 0 ? {} : { range: `bytes=${received}-` };
      const response = await this.#client.send('GET', `blobs/${descriptor.digest}`, range);
      if (response.statusCode !== 200 && response.statusCode !== 206)
        throw await this.#client.failure(response, what);
      let skip = response.statusCode === 206 ? 0 : received;
      try {
        for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
          const wanted = chunk.subarray(Math.min(skip, chunk.length));
          skip -= chunk.length - wanted.length;
          if (received + wanted.length > descriptor.size) {
            response.body.destroy();
            throw new ImageError(
              'unreadable',
              `${what} is larger than the ${descriptor.size} bytes that the manifest names`,
            );
          }
          received += wanted.length;
          if (wanted.length > 0) yield wanted;
        }
        if (received >= descriptor.size) return;
      } catch (error) {
        context.signal?.throwIfAborted();
        if (error instanceof ImageError || !mayPass(error)) throw error;
      }
      if (resumes === maxResumes) {
        throw new ImageError(
          'unreadable',
          `${what} cannot be had whole: ${this.#client.label} stopped after ${received} of ${descriptor.size} bytes; try again`,
        );
      }
    }
  }
}

function verify(size: number, digest: string, descriptor: Descriptor, what: string): void {
  if (size !== descriptor.size) {
    throw new ImageError('unreadable', `${what} is damaged: ${size} bytes instead of ${descriptor.size}`);
  }
  if (digest !== descriptor.digest) {
    throw new ImageError(
      'unreadable',
      `${what} is damaged: its digest is ${digest} instead of ${descriptor.digest}`,
    );
  }
}
