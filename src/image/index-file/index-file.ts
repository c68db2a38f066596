import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ImageConfig, ImageContent, LayerIndex, Platform, Provenance } from '../image.ts';
import { ImageError } from '../image-error.ts';
import {
  type ByteReader,
  ByteWriter,
  CodecError,
  list,
  optional,
  ByteReader as Reader,
  record,
  text,
} from './binary-codec.ts';
import { BlobReader, BlobWriter, readLayers, writeLayers } from './packed-layers.ts';

/**
 * The file form of an ImageContent. A fixed head, then two parts:
 *
 *     magic `lcindex\x01` | crc32 of all that follows | length of part one | its length when inflated
 *     part one, deflated: configuration, provenance, all entries, and the health check if there is one
 *     part two: blobs, each deflated for itself: ELF facts, kept files, script heads
 *
 * Numbers of the head are 32 bits, little-endian. Part one is read at once; a blob when it is first asked for, so that a
 * check which touches five libraries of a thousand pays for five. The last byte of the magic is the version of the format.
 */
const magic = Buffer.from('lcindex\x01', 'latin1');
const headSize = magic.length + 12;
/** Upper bound of part one when inflated: 4 million entries stay below it. */
const maxPartOne = 1024 ** 3;

interface Header {
  readonly platform: Platform;
  readonly config: Omit<ImageConfig, 'healthcheck'>;
  readonly provenance: Provenance | null;
  readonly diffIDs: readonly (string | null)[];
}

const header = record<Header>({
  platform: record<Platform>({ os: text, architecture: text, variant: optional(text) }),
  config: record<Header['config']>({
    env: list(text),
    user: text,
    workingDir: text,
    entrypoint: list(text),
    cmd: list(text),
  }),
  provenance: optional(record<Provenance>({ madeFrom: text, sha256: optional(text), date: text })),
  diffIDs: list(optional(text)),
});

/** True when the bytes start as an index file does, of whatever version. */
export function isImageIndex(head: Uint8Array): boolean {
  return magic.subarray(0, 7).equals(head.subarray(0, 7));
}

/** Deterministic: the same index gives the same bytes. `compression` is a level of zlib, 1 to 9. */
export function encodeImageContent(index: ImageContent, compression = 9): Uint8Array {
  const writer = new ByteWriter();
  const blobs = new BlobWriter(compression);
  const diffIDs = index.layers.map((layer) => layer.diffID);
  header.write(writer, { ...index, diffIDs });
  writeLayers(writer, index.layers, blobs);
  const { healthcheck } = index.config;
  if (healthcheck.length > 0) list(text).write(writer, healthcheck);
  const partOne = writer.finish();
  const deflated = deflateRawSync(partOne, { level: compression });
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(deflated.length, 0);
  sizes.writeUInt32LE(partOne.length, 4);
  const content = Buffer.concat([sizes, deflated, ...blobs.finish()]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(content), 0);
  return Buffer.concat([magic, checksum, content]);
}

/**
 * Reads an index file; the facts of each ELF file are decoded on first use. Throws ImageError `unreadable` when the bytes
 * are damaged, forged or of another version, now or when the damaged part is first used.
 */
export function decodeImageContent(bytes: Uint8Array): ImageContent {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole.length < headSize || !isImageIndex(whole)) throw damaged('it is not an index file');
  if (!whole.subarray(0, magic.length).equals(magic)) {
    throw damaged(`it has format ${whole[7]}, this version reads format ${magic[7]}; build it again`);
  }
  if (crc32(whole.subarray(magic.length + 4)) !== whole.readUInt32LE(magic.length))
    throw damaged('its checksum is wrong');
  const length = whole.readUInt32LE(magic.length + 4);
  const inflatedLength = whole.readUInt32LE(magic.length + 8);
  if (length > whole.length - headSize || inflatedLength > maxPartOne)
    throw damaged('a length in it is wrong');
  const partOne = inflate(whole.subarray(headSize, headSize + length), inflatedLength);
  const blobs = new BlobReader(whole.subarray(headSize + length), inflate);
  return readPartOne(new Reader(partOne), blobs);
}

function readPartOne(reader: ByteReader, blobs: BlobReader): ImageContent {
  try {
    const { platform, config, provenance, diffIDs } = header.read(reader);
    const layers: LayerIndex[] = readLayers(reader, diffIDs, blobs);
    const healthcheck = reader.left > 0 ? list(text).read(reader) : [];
    reader.end();
    return { platform, config: { ...config, healthcheck }, layers, provenance };
  } catch (error) {
    if (error instanceof CodecError) throw damaged(`its list of files ${error.message}`);
    throw error;
  }
}

function inflate(deflated: Uint8Array, length: number): Buffer {
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(deflated, { maxOutputLength: Math.max(length, 1) });
  } catch (error) {
    throw damaged('a part of it cannot be inflated', error);
  }
  if (inflated.length !== length) throw damaged('a part of it has another length than it says');
  return inflated;
}

const damaged = (why: string, cause?: unknown): ImageError =>
  new ImageError('unreadable', `the index file cannot be used: ${why}`, { cause });
