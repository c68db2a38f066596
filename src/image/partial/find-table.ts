import { decompress } from '../layer/decompress.ts';
import { createHash } from '../layer/hash.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type JsonObject, textOf } from '../oci/json-document.ts';
import { type BlobRanges, damagedTable, UnusableTable } from './layer-contents.ts';

/** A table of contents as it lies in a blob: where, and what its manifest says that it must be. */
export interface TableDescription {
  readonly kind: 'estargz' | 'zstd-chunked';
  /** Digest that the manifest vouches for: of the JSON for eStargz, of its compressed form for zstd:chunked. */
  readonly digest: string;
  /** Null where only the blob's end tells. */
  readonly place: { readonly offset: number; readonly length: number } | null;
}

/** Most bytes of a table, compressed and not. */
const maxTable = 128 * 1024 * 1024;
const maxCompressedTable = 32 * 1024 * 1024;
/** Footer of eStargz: an empty gzip member whose extra field holds the offset of the table. */
const footerSize = 51;

const digestPattern = /^sha256:[0-9a-f]{64}$/;
const zstdKeys = ['io.github.containers.zstd-chunked.', 'io.containers.zstd-chunked.'];

/** What a layer's annotations say of its table; null when it has none that can be verified. */
export function describeTable({ annotations, size }: Descriptor): TableDescription | null {
  const stargz = textOf(annotations['containerd.io/snapshot/stargz/toc.digest']);
  if (digestPattern.test(stargz)) return { kind: 'estargz', digest: stargz, place: null };
  for (const key of zstdKeys) {
    const found = zstdTable(annotations, key, size);
    if (found !== null) return found;
  }
  return null;
}

/** `OFFSET:LENGTH:UNCOMPRESSED-LENGTH:TYPE`, type 1 being the only one. */
function zstdTable(annotations: JsonObject, key: string, size: number): TableDescription | null {
  const digest = textOf(annotations[`${key}manifest-checksum`]);
  const position = /^(\d{1,15}):(\d{1,15}):(\d{1,15}):1$/.exec(
    textOf(annotations[`${key}manifest-position`]),
  );
  if (position === null || !digestPattern.test(digest)) return null;
  const [offset = 0, length = 0, whole = 0] = position.slice(1).map(Number);
  if (length > maxCompressedTable || whole > maxTable || offset + length > size) return null;
  return { kind: 'zstd-chunked', digest, place: { offset, length } };
}

/** The table of a blob in the form that its digest is of. Throws ImageError when it is another, UnusableTable when there is none. */
export async function fetchTable(
  table: TableDescription,
  ranges: BlobRanges,
  what: string,
): Promise<Uint8Array> {
  const { offset, length } = table.place ?? (await placeByFooter(ranges));
  if (length > maxCompressedTable) throw new UnusableTable('its table is too large');
  const raw = await ranges.read(offset, length);
  const bytes = table.kind === 'estargz' ? await tableOfTar(raw, what) : raw;
  if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== table.digest) throw damagedTable(what);
  return bytes;
}

/** The JSON of a table in the form that its digest is of. */
export async function tableJson(
  kind: TableDescription['kind'],
  bytes: Uint8Array,
  what: string,
): Promise<Uint8Array> {
  return kind === 'estargz' ? bytes : inflated(bytes, maxTable, what);
}

async function placeByFooter(ranges: BlobRanges): Promise<{ offset: number; length: number }> {
  if (ranges.size <= footerSize) throw new UnusableTable('it is too small for a footer');
  const footer = await ranges.read(ranges.size - footerSize, footerSize);
  const field = /^([0-9a-f]{16})STARGZ$/.exec(footer.toString('latin1', 16, 38));
  if (footer.readUInt32LE(0) !== 0x04088b1f || field === null)
    throw new UnusableTable('it has no footer of eStargz');
  const offset = Number.parseInt(field[1] ?? '', 16);
  if (!(offset < ranges.size - footerSize)) throw new UnusableTable('its footer points outside');
  return { offset, length: ranges.size - footerSize - offset };
}

/** The one file of the gzipped tar that eStargz keeps its table in. */
async function tableOfTar(gzipped: Uint8Array, what: string): Promise<Uint8Array> {
  const tar = await inflated(gzipped, maxTable, what);
  const { extract } = await import('tar-stream');
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    if (entry.header.name === 'stargz.index.json') return Buffer.concat(chunks);
  }
  throw new UnusableTable('its table is not there');
}

/** Decompressed bytes, at most `limit` of them: else ImageError. */
async function inflated(bytes: Uint8Array, limit: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decompress(onePiece(bytes), `the table of contents of ${what}`)) {
    size += chunk.length;
    if (size > limit) throw damagedTable(what);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
