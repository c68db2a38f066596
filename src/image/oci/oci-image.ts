import { printablePath } from '../entry-path.ts';
import type { LayerIndex, Platform } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { fallbackPlatform, selectPlatform } from '../reference/platform.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import type { BlobStore } from './blob-store.ts';
import { type Descriptor, parseDescriptor } from './descriptor.ts';
import { type ImageDocument, parseImageDocument } from './image-document.ts';
import { isObject, type JsonObject, objectOf, objectsOf, parseDocument } from './json-document.ts';

const layerTypes =
  /^application\/vnd\.(?:oci\.image\.layer(?:\.nondistributable)?\.v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:diff|foreign\.diff)\.tar(?:\.gzip|\.zstd)?)$/;
const indexTypes =
  /^application\/vnd\.(?:oci\.image\.index\.v1|docker\.distribution\.manifest\.list\.v2)\+json$/;
const schema1Types = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
const maxDepth = 4;
/** Most indexes and manifests of one image; the largest public indexes name some thirty. */
const maxManifests = 1000;
/** Linux stacks no more folders into one file system (OVL_MAX_STACK of overlayfs). */
const maxLayers = 500;

/** Opens the image that `descriptors` (of an index.json or an image index) lead to, its platform chosen. Throws ImageError. */
export async function openOciImage(
  store: BlobStore,
  descriptors: readonly Descriptor[],
  context: SourceContext,
): Promise<Omit<SourceImage, 'resolved'>> {
  const offers: { readonly descriptor: Descriptor; readonly platform: Platform }[] = [];
  for (const descriptor of await imageManifests(store, descriptors)) {
    const platform = descriptor.platform ?? (await platformOfManifest(store, descriptor));
    offers.push({ descriptor, platform: platform ?? fallbackPlatform(context) });
  }
  const [first, ...rest] = offers;
  if (first === undefined) throw new ImageError('unreadable', `${store.what} holds no image`);
  const asked = { asked: context.platform, fitting: context.fitting };
  const { chosen, platformChosen, alternative } = selectPlatform([first, ...rest], asked, store.what);
  const { document, layers } = await readManifest(store, chosen.descriptor, context);
  const content = {
    platform: document.platform ?? chosen.platform,
    config: document.config,
    layers,
    provenance: null,
  };
  return { digest: chosen.descriptor.digest, content, platformChosen, alternative };
}

/** All image manifests below the descriptors; attestations (platform unknown/unknown) and absent blobs are skipped. */
async function imageManifests(
  store: BlobStore,
  descriptors: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  const named = new Map<string, Descriptor & { readonly depth: number }>();
  const add = (found: readonly Descriptor[], depth: number): void => {
    for (const descriptor of found) {
      if (isAttestation(descriptor) || !store.has(descriptor.digest)) continue;
      if (!named.has(descriptor.digest)) named.set(descriptor.digest, { ...descriptor, depth });
      if (named.size > maxManifests)
        throw new ImageError('unreadable', `${store.what} names more than ${maxManifests} manifests`);
    }
  };
  add(descriptors, 0);
  // What is added to a map while it is walked is walked too: each index is read once, however often it is named.
  for (const { depth, ...descriptor } of named.values()) {
    if (!indexTypes.test(descriptor.mediaType)) continue;
    if (depth === maxDepth)
      throw new ImageError('unreadable', `${store.what} nests image indexes too deeply`);
    add(await readIndex(store, descriptor), depth + 1);
  }
  if (named.size === 0 && descriptors.some((descriptor) => !store.has(descriptor.digest))) {
    throw new ImageError(
      'unreadable',
      `${store.what} is incomplete: the blobs its index names are not there`,
    );
  }
  return [...named.values()].filter(({ mediaType }) => !indexTypes.test(mediaType));
}

function isAttestation(descriptor: Descriptor): boolean {
  return (
    descriptor.platform?.os === 'unknown' ||
    descriptor.annotations['vnd.docker.reference.type'] === 'attestation-manifest'
  );
}

async function readIndex(store: BlobStore, descriptor: Descriptor): Promise<readonly Descriptor[]> {
  const what = `the image index ${descriptor.digest} of ${store.what}`;
  const index = parseDocument(await store.document(descriptor, what), what);
  return objectsOf(objectOf(index)['manifests']).map((manifest) => parseDescriptor(manifest, what));
}

async function readManifestDocument(store: BlobStore, descriptor: Descriptor): Promise<JsonObject> {
  const what = `the manifest ${descriptor.digest} of ${store.what}`;
  if (schema1Types.test(descriptor.mediaType)) throw tooOld(store);
  const manifest = parseDocument(await store.document(descriptor, what), what);
  if (!isObject(manifest)) throw new ImageError('unreadable', `${what} is not a manifest`);
  if (manifest['schemaVersion'] === 1) throw tooOld(store);
  if (!isObject(manifest['config']))
    throw new ImageError('unreadable', `${what} is not the manifest of an image`);
  return manifest;
}

const tooOld = (store: BlobStore): ImageError =>
  new ImageError(
    'unreadable',
    `${store.what} has a manifest of schema 1, which is obsolete: pull and save it again`,
  );

async function platformOfManifest(store: BlobStore, descriptor: Descriptor): Promise<Platform | null> {
  return (await readConfig(store, await readManifestDocument(store, descriptor))).platform;
}

async function readConfig(store: BlobStore, manifest: JsonObject): Promise<ImageDocument> {
  const what = `the configuration of ${store.what}`;
  const descriptor = parseDescriptor(manifest['config'], `the manifest of ${store.what}`);
  return parseImageDocument(await store.document(descriptor, what), what);
}

async function readManifest(
  store: BlobStore,
  descriptor: Descriptor,
  context: SourceContext,
): Promise<{ document: ImageDocument; layers: readonly LayerIndex[] }> {
  const manifest = await readManifestDocument(store, descriptor);
  const document = await readConfig(store, manifest);
  const descriptors = objectsOf(manifest['layers']).map((layer) =>
    parseDescriptor(layer, `the manifest of ${store.what}`),
  );
  refuseManyLayers(descriptors.length, store.what);
  const layers = await readLayers(store, descriptors, context);
  verifyDiffIDs(layers, document.diffIDs, store.what);
  return { document, layers };
}

/** The layers in their order. A few are read at once where the store gains by it; one that is named twice is read once. */
async function readLayers(
  store: BlobStore,
  descriptors: readonly Descriptor[],
  context: SourceContext,
): Promise<readonly LayerIndex[]> {
  const named = new Map<string, { readonly descriptor: Descriptor; readonly what: string }>();
  for (const [i, descriptor] of descriptors.entries()) {
    const { digest, mediaType } = descriptor;
    const what = `layer ${i + 1} of ${descriptors.length} (${digest.slice(0, 19)}…) of ${store.what}`;
    if (!layerTypes.test(mediaType)) {
      const type = printablePath(mediaType);
      throw new ImageError('unreadable', `${what} is of the type "${type}", which holds no files`);
    }
    if (!named.has(digest)) named.set(digest, { descriptor, what });
  }
  const read = new Map<string, LayerIndex>();
  const stop = new AbortController();
  const signal = context.signal === undefined ? stop.signal : AbortSignal.any([context.signal, stop.signal]);
  const queue = named.values();
  async function work(): Promise<void> {
    for (const { descriptor, what } of queue) {
      signal.throwIfAborted();
      read.set(descriptor.digest, await store.layer(descriptor, what, { ...context, signal }));
    }
  }
  const workers = Array.from({ length: store.layersAtOnce ?? 1 }, () =>
    work().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw stop.signal.aborted ? stop.signal.reason : failed.reason;
  return descriptors.flatMap(({ digest }) => read.get(digest) ?? []);
}

function refuseManyLayers(count: number, what: string): void {
  if (count <= maxLayers) return;
  throw new ImageError(
    'unreadable',
    `${what} has ${count} layers: no engine starts an image of more than ${maxLayers}`,
  );
}

/** The configuration's diff_ids must be those of the layers, one for one; a layer that was read in parts has none. */
export function verifyDiffIDs(layers: readonly LayerIndex[], diffIDs: readonly string[], what: string): void {
  refuseManyLayers(layers.length, what);
  if (diffIDs.length === 0 && layers.length > 0) return;
  if (diffIDs.length !== layers.length) {
    throw new ImageError(
      'unreadable',
      `${what} is damaged: ${layers.length} layers, but ${diffIDs.length} in its configuration`,
    );
  }
  for (const [i, layer] of layers.entries()) {
    if (layer.diffID === diffIDs[i] || layer.diffID === null) continue;
    throw new ImageError(
      'unreadable',
      `${what} is damaged: the content of layer ${i + 1} is ${layer.diffID}, its configuration says ${printablePath(diffIDs[i] ?? '')}`,
    );
  }
}
