import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printablePath } from '../entry-path.ts';
import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { fileChunks } from '../layer/file-chunks.ts';
import { createHash } from '../layer/hash.ts';
import { indexLayer } from '../layer/layer-stream.ts';
import { splitArchivePath } from '../oci/archive-path.ts';
import type { BlobStore } from '../oci/blob-store.ts';
import { type Descriptor, parseDescriptor } from '../oci/descriptor.ts';
import { type ImageArchive, readImageArchive } from '../oci/image-archive.ts';
import { maxDocument, objectOf, objectsOf, parseDocument, textOf } from '../oci/json-document.ts';
import { openOciImage } from '../oci/oci-image.ts';
import { verifyBlob } from '../oci/verify-blob.ts';
import { FileFault, readRegularFile } from '../regular-file.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';
import { tarChunks } from './rootfs-tar.ts';

/** An OCI image layout in a folder, `PATH[:NAME]`. Throws ImageError. */
export async function openOciDir(text: string, context: SourceContext): Promise<SourceImage> {
  const { path, image } = splitArchivePath(text);
  const what = printablePath(path);
  if (!existsSync(path)) throw new ImageError('call', `${what}: no such folder`);
  if (!existsSync(join(path, 'index.json'))) {
    throw new ImageError('call', `${what} is not an OCI image layout: it has no index.json`);
  }
  const index = readDocument(join(path, 'index.json'), `index.json of ${what}`);
  return openLayout(new FolderBlobs(path, what), index, image, resolve(path), context);
}

/** An OCI image layout in a tar, `PATH[:NAME]`. Throws ImageError. */
export async function openOciArchive(text: string, context: SourceContext): Promise<SourceImage> {
  const { path, image } = splitArchivePath(text);
  const what = printablePath(path);
  const archive = await readImageArchive(tarChunks(path, what, context), what, context);
  return openOciArchiveContents(archive, image, resolve(path), context);
}

/** The same for an archive that was read already. */
export async function openOciArchiveContents(
  archive: ImageArchive,
  image: string | null,
  resolved: string,
  context: SourceContext,
): Promise<SourceImage> {
  const index = archive.get('index.json')?.document;
  if (index === null || index === undefined) {
    throw new ImageError('unreadable', `${archive.what} is not an OCI archive: it has no index.json`);
  }
  return openLayout(new ArchiveBlobs(archive), index, image, resolved, context);
}

async function openLayout(
  store: BlobStore,
  index: Uint8Array,
  image: string | null,
  resolved: string,
  context: SourceContext,
): Promise<SourceImage> {
  const what = `index.json of ${store.what}`;
  const manifests = objectsOf(objectOf(parseDocument(index, what))['manifests']);
  const descriptors = chooseImage(
    manifests.map((manifest) => parseDescriptor(manifest, what)),
    image,
    store.what,
  );
  const opened = await openOciImage(store, descriptors, context);
  const name = image ?? nameOf(descriptors[0]);
  const label = [name, opened.digest].filter((part) => part !== null && part !== '').join(', ');
  return { ...opened, resolved: label === '' ? resolved : `${resolved} (${printablePath(label)})` };
}

/** The names a descriptor of index.json goes by: the reference name, and containerd's full one. */
function namesOf(descriptor: Descriptor): readonly string[] {
  const keys = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'];
  return keys.map((key) => textOf(descriptor.annotations[key])).filter((name) => name !== '');
}

const nameOf = (descriptor: Descriptor | undefined): string | null =>
  descriptor === undefined ? null : (namesOf(descriptor)[0] ?? null);

/** The descriptors of the image that was named, or of the only one there is. */
function chooseImage(
  descriptors: readonly Descriptor[],
  image: string | null,
  what: string,
): readonly Descriptor[] {
  const names = [...new Set(descriptors.flatMap((descriptor) => namesOf(descriptor).slice(-1)))].map(
    printablePath,
  );
  if (image !== null) {
    const named = descriptors.filter((descriptor) => namesOf(descriptor).includes(image));
    if (named.length > 0) return named;
    const there = names.length === 0 ? 'its images have no names' : `it has: ${names.join(', ')}`;
    throw new ImageError('call', `${what} has no image named ${printablePath(image)}; ${there}`);
  }
  const named = descriptors.filter((descriptor) => namesOf(descriptor).length > 0);
  const digests = new Set(named.map((descriptor) => descriptor.digest));
  if (names.length > 1 && digests.size > 1) {
    throw new ImageError(
      'call',
      `${what} holds several images: add one of :${names.join(', :')} to the path`,
    );
  }
  return descriptors;
}

function readDocument(path: string, what: string): Uint8Array {
  try {
    return readRegularFile(path, maxDocument);
  } catch (error) {
    const reason = error instanceof FileFault ? error.message : 'cannot be read';
    throw new ImageError('unreadable', `${what} ${reason}`, { cause: error });
  }
}

/** The blobs of a layout in a folder: only what is wanted is read. */
class FolderBlobs implements BlobStore {
  readonly what: string;
  private readonly folder: string;

  constructor(folder: string, what: string) {
    this.folder = folder;
    this.what = what;
  }

  private path(digest: string): string {
    return join(this.folder, 'blobs', digest.replace(':', '/'));
  }

  has(digest: string): boolean {
    return existsSync(this.path(digest));
  }

  async document(descriptor: Descriptor, what: string): Promise<Uint8Array> {
    const bytes = readDocument(this.path(descriptor.digest), what);
    const algorithm = descriptor.digest.slice(0, 6);
    const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
    verifyBlob({ size: bytes.length, digest }, descriptor, what);
    return bytes;
  }

  async layer(descriptor: Descriptor, what: string, context: SourceContext): Promise<LayerIndex> {
    if (!this.has(descriptor.digest)) throw new ImageError('unreadable', `${what} is not there`);
    const algorithm = descriptor.digest.slice(0, 6);
    const hash = createHash(algorithm);
    let size = 0;
    const chunks = fileChunks(this.path(descriptor.digest), {
      signal: context.signal,
      onBytes: (bytes) => context.onProgress?.({ what, bytes, total: descriptor.size }),
    });
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    }
    const bytes = hashed();
    const { layer } = await indexLayer(bytes, { what, budget: context.budget, signal: context.signal });
    while ((await bytes.next()).done !== true);
    verifyBlob({ size, digest: `${algorithm}:${hash.digest('hex')}` }, descriptor, what);
    return layer;
  }
}

/** The blobs of a layout in a tar, which were all indexed as they passed. */
class ArchiveBlobs implements BlobStore {
  readonly what: string;
  private readonly archive: ImageArchive;

  constructor(archive: ImageArchive) {
    this.archive = archive;
    this.what = archive.what;
  }

  private get(digest: string): ReturnType<ImageArchive['get']> {
    return this.archive.get(`blobs/${digest.replace(':', '/')}`);
  }

  has(digest: string): boolean {
    return this.get(digest) !== null;
  }

  async document(descriptor: Descriptor, what: string): Promise<Uint8Array> {
    const member = this.get(descriptor.digest);
    if (member === null) throw new ImageError('unreadable', `${what} is not in the archive`);
    verifyBlob(member, descriptor, what);
    if (member.document === null) throw member.failure ?? new ImageError('unreadable', `${what} is not JSON`);
    return member.document;
  }

  async layer(descriptor: Descriptor, what: string): Promise<LayerIndex> {
    const member = this.get(descriptor.digest);
    if (member === null) throw new ImageError('unreadable', `${what} is not in the archive`);
    verifyBlob(member, descriptor, what);
    if (member.layer === null) throw member.failure ?? new ImageError('unreadable', `${what} is not a layer`);
    return member.layer;
  }
}
