import { deflateRawSync } from 'node:zlib';
import { normaliseEntryPath } from '../entry-path.ts';
import type { FileContent, LayerEntry, LayerIndex } from '../image.ts';
import { type ByteReader, type ByteWriter, CodecError } from './binary-codec.ts';
import { readNames, writeNames } from './elf-symbols.ts';
import { PackedElf, packedFacts } from './packed-elf.ts';

const entryTypes = ['file', 'directory', 'symlink', 'hardlink', 'special', 'whiteout', 'opaque'] as const;
const contentKinds = ['other', 'elf', 'script', 'kept', 'unread', 'foreign'] as const;
/** Upper bound of one blob when inflated. */
const maxBlob = 512 * 1024 ** 2;

/** Collects blobs; equal ones are stored once. */
export class BlobWriter {
  private readonly parts: Uint8Array[] = [];
  private readonly known = new Map<string, { readonly offset: number; readonly length: number }>();
  private size = 0;
  private readonly compression: number;

  /** `compression` is a level of zlib. */
  constructor(compression: number) {
    this.compression = compression;
  }

  /** Where the deflated bytes will stand in part two. */
  add(bytes: Uint8Array): { readonly offset: number; readonly length: number } {
    const deflated = deflateRawSync(bytes, { level: this.compression });
    const key = deflated.toString('latin1');
    const place = this.known.get(key) ?? { offset: this.size, length: deflated.length };
    if (!this.known.has(key)) {
      this.known.set(key, place);
      this.parts.push(deflated);
      this.size += deflated.length;
    }
    return place;
  }

  finish(): readonly Uint8Array[] {
    return this.parts;
  }
}

/** Part two of an index file. */
export class BlobReader {
  private readonly bytes: Uint8Array;
  private readonly inflate: (deflated: Uint8Array, length: number) => Uint8Array;

  constructor(bytes: Uint8Array, inflate: (deflated: Uint8Array, length: number) => Uint8Array) {
    this.bytes = bytes;
    this.inflate = inflate;
  }

  /** A function that inflates one blob; the place is checked now. */
  at(offset: number, length: number, inflatedLength: number): () => Uint8Array {
    if (offset + length > this.bytes.length) throw new CodecError('points past its end');
    if (inflatedLength > Math.min(maxBlob, length * 1100 + 64))
      throw new CodecError('holds a length that is too large');
    return () => this.inflate(this.bytes.subarray(offset, offset + length), inflatedLength);
  }
}

/** All names first, as one text a layer, then a few bytes for each entry. */
export function writeLayers(writer: ByteWriter, layers: readonly LayerIndex[], blobs: BlobWriter): void {
  for (const { entries } of layers) {
    const targets = entries.flatMap((entry) => ('target' in entry ? [entry.target] : []));
    writer.varint(entries.length);
    writer.varint(targets.length);
    writeNames(
      writer,
      entries.map((entry) => entry.path),
    );
    writeNames(writer, targets);
    for (const entry of entries) writeEntry(writer, entry, blobs);
  }
}

function writeEntry(writer: ByteWriter, entry: LayerEntry, blobs: BlobWriter): void {
  writer.byte(entryTypes.indexOf(entry.type));
  writer.varint(entry.mode);
  writer.varint(entry.uid);
  writer.varint(entry.gid);
  if (entry.type !== 'file') return;
  writer.varint(entry.size);
  writer.text(entry.capability ?? '');
  writer.byte(contentKinds.indexOf(entry.content.kind));
  if (entry.content.kind === 'unread') writer.text(entry.content.reason);
  const bytes = bytesOf(entry.content);
  if (bytes === null) return;
  const { offset, length } = blobs.add(bytes);
  writer.varint(offset);
  writer.varint(length);
  writer.varint(bytes.length);
}

function bytesOf(content: FileContent): Uint8Array | null {
  if (content.kind === 'elf') return packedFacts(content);
  if (content.kind === 'script' || content.kind === 'foreign') return content.head;
  return content.kind === 'kept' ? content.bytes : null;
}

/** One layer for each diffID. Throws CodecError. */
export function readLayers(
  reader: ByteReader,
  diffIDs: readonly (string | null)[],
  blobs: BlobReader,
): LayerIndex[] {
  return diffIDs.map((diffID) => {
    const count = reader.count(5);
    const targetCount = reader.count();
    const paths = readNames(reader, count);
    const targets = readNames(reader, targetCount).values();
    const entries: LayerEntry[] = [];
    for (const path of paths) entries.push(readEntry(reader, path, targets, blobs));
    return { diffID, entries };
  });
}

/** Plain object literals: a spread would take four times as long, and a large image has a hundred thousand entries. */
function readEntry(
  reader: ByteReader,
  path: string,
  targets: Iterator<string>,
  blobs: BlobReader,
): LayerEntry {
  const type = entryTypes[reader.byte()];
  checkPath(path);
  const mode = reader.varint();
  const uid = reader.varint();
  const gid = reader.varint();
  if (mode > 0o7777) throw new CodecError('holds an invalid mode');
  if (type === undefined) throw new CodecError('holds an entry of an unknown type');
  if (type === 'symlink' || type === 'hardlink') {
    const target = targets.next().value;
    if (typeof target !== 'string') throw new CodecError('holds a link without a target');
    if (type === 'hardlink') checkPath(target);
    return { path, mode, uid, gid, type, target };
  }
  if (type !== 'file') return { path, mode, uid, gid, type };
  const size = reader.varint();
  const capability = reader.text() || null;
  return { path, mode, uid, gid, type, size, content: readContent(reader, blobs), capability };
}

function checkPath(path: string): void {
  const normal = normaliseEntryPath(path);
  if (!('path' in normal) || normal.path !== path)
    throw new CodecError('holds a path that is not inside the root');
}

function readContent(reader: ByteReader, blobs: BlobReader): FileContent {
  const kind = contentKinds[reader.byte()];
  if (kind === undefined) throw new CodecError('holds a file of an unknown kind');
  if (kind === 'other') return { kind };
  if (kind === 'unread') return { kind, reason: reader.text() };
  const load = blobs.at(reader.varint(), reader.varint(), reader.varint());
  if (kind === 'elf') return new PackedElf(load);
  return kind === 'kept' ? new StoredFile(load) : new StoredHead(kind, load);
}

/** A file of which the head is kept, inflated on first use. */
class StoredHead<Kind extends 'script' | 'foreign'> {
  readonly kind: Kind;
  private readonly load: () => Uint8Array;
  private bytes: Uint8Array | null = null;

  constructor(kind: Kind, load: () => Uint8Array) {
    this.kind = kind;
    this.load = load;
  }

  get head(): Uint8Array {
    this.bytes ??= this.load();
    return this.bytes;
  }
}

/** A kept file whose bytes are inflated on first use. */
class StoredFile {
  readonly kind = 'kept';
  private readonly load: () => Uint8Array;
  private content: Uint8Array | null = null;

  constructor(load: () => Uint8Array) {
    this.load = load;
  }

  get bytes(): Uint8Array {
    this.content ??= this.load();
    return this.content;
  }
}
