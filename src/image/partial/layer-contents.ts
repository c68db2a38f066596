import { pathFromText } from '../entry-path.ts';
import { ImageError } from '../image-error.ts';
import { entryOfHeader, type HeaderEntry, type TarHeader } from '../layer/layer-entry.ts';
import { type JsonObject, objectOf, objectsOf, parseDocument, textOf } from '../oci/json-document.ts';

/** Where the content of one file stands in a layer's blob: a compressed part of its own. */
export interface FilePlace {
  readonly offset: number;
  /** Behind the last byte. */
  readonly end: number;
  /** Bytes of the file; what else the part holds comes after them. */
  readonly size: number;
  /** `sha256:…` of the file. */
  readonly digest: string;
}

/** An entry of a table of contents; `place` is null for all but files that are not empty. */
export interface ListedEntry {
  readonly entry: HeaderEntry;
  readonly place: FilePlace | null;
}

/** Thrown for a table that tells too little of the layer: it is to be read whole then. */
export class UnusableTable extends Error {
  override readonly name = 'UnusableTable';
}

const typesOfTar: Readonly<Record<string, TarHeader['type']>> = {
  reg: 'file',
  dir: 'directory',
  symlink: 'symlink',
  hardlink: 'link',
  char: 'character-device',
  block: 'block-device',
  fifo: 'fifo',
};

/**
 * Reads the table of contents of an eStargz (stargz-snapshotter, docs/estargz.md) or zstd:chunked layer (containers/storage,
 * pkg/chunked): JSON of one shape for both. `end` is where the files end in the blob. Throws UnusableTable, and ImageError for
 * names that leave the root.
 */
export function readTable(table: Uint8Array, end: number, what: string): readonly ListedEntry[] {
  const document = objectOf(parseDocument(table, `the table of contents of ${what}`));
  const objects = objectsOf(document['entries']);
  if (document['version'] !== 1 || objects.length === 0) throw new UnusableTable('it has another form');
  const offsets = objects.map((object) => object['offset']).filter((offset) => typeof offset === 'number');
  const starts = [...new Set([...offsets.map(Number), end])].sort((a, b) => a - b);
  const chunkEnds = endsOfFiles(objects, starts);
  return objects
    .filter((object) => object['type'] !== 'chunk')
    .map((object) => ({
      entry: entryOf(object, what),
      place: object['type'] === 'reg' && sizeOf(object) > 0 ? placeOf(object, chunkEnds, end) : null,
    }));
}

/** The end of each file by its offset: the start of the part behind its last chunk. */
function endsOfFiles(objects: readonly JsonObject[], starts: readonly number[]): ReadonlyMap<number, number> {
  const next = new Map(starts.map((start, i) => [start, starts[i + 1] ?? start]));
  const ends = new Map<number, number>();
  let file = -1;
  for (const object of objects) {
    const offset = Number(object['offset'] ?? -1);
    if (object['type'] === 'reg') file = offset;
    if (object['type'] === 'reg' || object['type'] === 'chunk') ends.set(file, next.get(offset) ?? offset);
    if (object['innerOffset'] !== undefined) throw new UnusableTable('files share compressed parts');
  }
  return ends;
}

const sizeOf = (object: JsonObject): number => Number(object['size'] ?? 0);

function placeOf(object: JsonObject, ends: ReadonlyMap<number, number>, limit: number): FilePlace {
  const size = sizeOf(object);
  const offset = Number(object['offset']);
  const digest = textOf(object['digest']);
  const end = Number(object['endOffset'] ?? ends.get(offset));
  const isPlace = [size, offset, end].every((number) => Number.isSafeInteger(number) && number >= 0);
  if (!isPlace || offset >= end || end > limit || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new UnusableTable('a file has no place or no digest');
  return { offset, end, size, digest };
}

/** The entry as its tar header would give it, whiteouts and checks of names included. */
function entryOf(object: JsonObject, what: string): HeaderEntry {
  const type = typesOfTar[textOf(object['type'])];
  if (type === undefined) throw new UnusableTable('an entry is of an unknown type');
  const number = (key: string): number => {
    const value = object[key] ?? 0;
    if (!Number.isSafeInteger(value)) throw new UnusableTable(`"${key}" of an entry is no number`);
    return Number(value);
  };
  if (number('size') < 0) throw new UnusableTable('a size is negative');
  const link = textOf(object['linkName']);
  const header = {
    type,
    name: pathFromText(textOf(object['name'])),
    linkname: link === '' ? null : pathFromText(link),
    mode: number('mode'),
    uid: number('uid'),
    gid: number('gid'),
    size: number('size'),
    byteOffset: 0,
  };
  const capability = textOf(objectOf(object['xattrs'])['security.capability']);
  const pax = new Map<string, string>();
  if (capability !== '')
    pax.set('SCHILY.xattr.security.capability', Buffer.from(capability, 'base64').toString('latin1'));
  const raw = {
    pax,
    longName: null,
    longLink: null,
    header: new Uint8Array(512),
    afterEnd: false,
    fault: null,
  };
  return entryOfHeader(header as TarHeader, raw, what);
}

/** The content of a blob's part. Throws ImageError when the source cannot give it. */
export interface BlobRanges {
  /** Bytes of the blob. */
  readonly size: number;
  /** Exactly the bytes of [offset, offset + length). Throws UnusableTable where parts cannot be had. */
  read(offset: number, length: number): Promise<Buffer>;
}

export const damagedTable = (what: string): ImageError =>
  new ImageError('unreadable', `${what} is damaged: its table of contents is not what its manifest says`);
