import { posix } from 'node:path';
import { type Extract, extract } from 'tar-stream';
import { normaliseEntryPath } from '../entry-path.ts';
import type { LayerIndex } from '../image.ts';
import { ImageError } from '../image-error.ts';
import { decompress } from '../layer/decompress.ts';
import { createHash } from '../layer/hash.ts';
import type { TarHeader } from '../layer/layer-entry.ts';
import { indexLayer } from '../layer/layer-stream.ts';
import { asTarDamage, checkSize } from '../layer/tar-damage.ts';
import { extractOptions } from '../layer/tar-reader.ts';
import type { SourceContext } from '../source-options.ts';
import { maxDocument } from './json-document.ts';

/** One file of an image archive: a JSON document that was kept, or a layer that was indexed as it passed. */
export interface ArchiveMember {
  /** sha256 of its bytes, `sha256:…`. */
  readonly digest: string;
  readonly size: number;
  readonly document: Uint8Array | null;
  readonly layer: LayerIndex | null;
  /** Why it is neither; it only matters when a manifest names it. */
  readonly failure: unknown;
}

/** Most documents of an archive, and most of their bytes. */
const maxDocuments = 20_000;
const maxDocumentBytes = 256 * 1024 * 1024;
/** Most entries of an archive, whatever they are: an image has some for each layer. */
const maxEntries = 50_000;
/** Most bytes between two entries, and behind the last. */
const maxBetween = 256 * 1024 * 1024;

/** The files of a `docker save` or OCI archive, by path. */
export class ImageArchive {
  readonly what: string;
  private readonly members = new Map<string, ArchiveMember>();
  private readonly links = new Map<string, string>();
  private documents = 0;
  private documentBytes = 0;
  private entries = 0;
  /** Bytes since the end of the last entry; null within an entry. */
  private between: number | null = 0;

  constructor(what: string) {
    this.what = what;
  }

  /** An entry begins. Throws ImageError. */
  begin(): void {
    this.between = null;
    this.entries++;
    if (this.entries > maxEntries)
      throw new ImageError('unreadable', `${this.what} holds more than ${maxEntries} files: it is no image`);
  }

  end(): void {
    this.between = 0;
  }

  /** So many bytes more are read. Throws ImageError. */
  pass(length: number): void {
    if (this.between === null) return;
    this.between += length;
    if (this.between > maxBetween) {
      throw new ImageError(
        'unreadable',
        `${this.what} goes on for more than ${maxBetween >> 20} MiB without another file`,
      );
    }
  }

  /** The file at a path, through the links that older engines write for shared layers; null when there is none. */
  get(path: string): ArchiveMember | null {
    let at = path;
    for (let links = 0; links < 16; links++) {
      const member = this.members.get(at);
      if (member !== undefined) return member;
      const target = this.links.get(at);
      if (target === undefined) return null;
      at = target;
    }
    return null;
  }

  addLink(path: string, target: string): void {
    this.links.set(path, target);
  }

  add(path: string, member: ArchiveMember): void {
    if (member.document !== null) {
      this.documents++;
      this.documentBytes += member.document.length;
      if (this.documents > maxDocuments || this.documentBytes > maxDocumentBytes) {
        throw new ImageError(
          'unreadable',
          `${this.what} holds more JSON than any real image, so it is refused`,
        );
      }
    }
    this.members.set(path, member);
  }
}

/**
 * Reads an image archive (plain or compressed) in one pass: layers may come before the manifest that names them, so every
 * file that is not JSON is indexed as a layer. Throws ImageError.
 */
export async function readImageArchive(
  chunks: AsyncIterable<Uint8Array>,
  what: string,
  context: SourceContext,
): Promise<ImageArchive> {
  const archive = new ImageArchive(what);
  const tar = extract(extractOptions);
  let last = '';
  const feeding = feed(decompress(chunks, what), tar, archive);
  try {
    for await (const entry of tar) {
      const header = entry.header as unknown as TarHeader;
      archive.begin();
      checkSize(header.size, what, last);
      const normal = normaliseEntryPath(header.name);
      const path = 'path' in normal ? normal.path : '';
      last = path;
      const bytes = new EntryBytes(entry as AsyncIterable<Uint8Array>);
      if (header.type === 'symlink') archive.addLink(path, linkTarget(path, header.linkname ?? ''));
      else if (header.type === 'link') archive.addLink(path, linkTarget('', header.linkname ?? ''));
      else if (header.type === 'file' && path !== '') {
        archive.add(path, await readMember(bytes, `${path.slice(0, 90)} of ${what}`, context));
      }
      if (header.type !== 'directory') await bytes.drain();
      archive.end();
    }
  } catch (error) {
    tar.destroy(null);
    await feeding.catch(() => {});
    throw asTarDamage(error, what, last);
  }
  await feeding;
  if (last === '') throw new ImageError('unreadable', `${what} is empty: not an image archive`);
  return archive;
}

/** Writes all chunks to tar-stream; an error of theirs becomes its own, so that it comes out of the iteration. */
async function feed(chunks: AsyncIterable<Uint8Array>, tar: Extract, archive: ImageArchive): Promise<void> {
  let closed = false;
  const closing = new Promise<void>((resolve) => tar.once('close', () => resolve()));
  void closing.then(() => {
    closed = true;
  });
  try {
    for await (const chunk of chunks) {
      if (closed) return;
      archive.pass(chunk.length);
      if (tar.write(chunk)) continue;
      await Promise.race([new Promise<void>((resolve) => tar.once('drain', () => resolve())), closing]);
    }
    tar.end(null);
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** A link of the archive as a path inside it. */
function linkTarget(path: string, target: string): string {
  const joined = posix.join('/', posix.dirname(path === '' ? 'x' : path), target);
  return target.startsWith('/') ? posix.normalize(target).slice(1) : joined.slice(1);
}

/** The bytes of one entry, hashed as they pass. Leaving the iteration early does not end the archive. */
class EntryBytes {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private readonly hash = createHash('sha256');
  size = 0;

  constructor(entry: AsyncIterable<Uint8Array>) {
    this.iterator = entry[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.next() };
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const next = await this.iterator.next();
    if (next.done !== true) {
      this.hash.update(next.value);
      this.size += next.value.length;
    }
    return next;
  }

  async drain(): Promise<void> {
    while ((await this.next()).done !== true);
  }

  /** Of the bytes that passed so far. */
  digest(): string {
    return `sha256:${this.hash.copy().digest('hex')}`;
  }
}

async function readMember(bytes: EntryBytes, what: string, context: SourceContext): Promise<ArchiveMember> {
  const first = await bytes.next();
  const head = first.done === true ? new Uint8Array(0) : first.value;
  const isDocument = /^[\s]*[{[]/.test(Buffer.from(head.subarray(0, 64)).toString('latin1'));
  async function* rest(): AsyncGenerator<Uint8Array> {
    yield head;
    for await (const chunk of bytes) yield chunk;
  }
  let document: Uint8Array | null = null;
  let layer: LayerIndex | null = null;
  let failure: unknown = null;
  try {
    if (isDocument) document = await collect(rest(), what);
    else {
      const { budget, signal } = context;
      const digestOfChunks = () => bytes.digest();
      layer = (await indexLayer(rest(), { what, budget, signal, digestOfChunks })).layer;
    }
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    failure = error;
  }
  await bytes.drain();
  return { digest: bytes.digest(), size: bytes.size, document, layer, failure };
}

async function collect(chunks: AsyncIterable<Uint8Array>, what: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxDocument)
      throw new ImageError('unreadable', `${what} is larger than 8 MiB, too large for JSON`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
