import { headerFault, paxRecords, recordsFault } from './tar-rules.ts';

/**
 * The raw header blocks in front of a tar entry. tar-stream decodes PAX records as UTF-8, which loses binary values
 * (security.capability) and names in other encodings, knows no sparse files, and reads on past the end-of-archive marker:
 * for those this keeps the bytes that stand between two entries.
 */

const block = 512;

/** What stands in front of an entry's data. */
interface HeaderWalk {
  /** The entry's own PAX records, values as Latin-1. Global ones are skipped, as engines ignore them. */
  readonly pax: ReadonlyMap<string, string>;
  /** Names of GNU headers, which go before PAX records; null without one. */
  readonly longName: string | null;
  readonly longLink: string | null;
  /** Two zero blocks stand before this entry: engines ignore it and all that follows. */
  readonly afterEnd: boolean;
  /** A global PAX header has a record that no two entries share. */
  readonly globalOfOne: boolean;
  /** What engines refuse, or null. */
  readonly fault: string | null;
}

/** What the raw headers of one entry add to what tar-stream tells. */
export interface RawHeaders extends Omit<HeaderWalk, 'globalOfOne'> {
  /** The header block itself. */
  readonly header: Uint8Array;
}

/** Keeps the bytes written to tar-stream from the end of the last entry on. */
export class TarTap {
  private chunks: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  private written = 0;
  private entryEnd = 0;
  private globalOfOne = false;

  /** The bytes that are about to be written to tar-stream. */
  push(bytes: Uint8Array): void {
    const end = this.written + bytes.length;
    if (end > this.entryEnd) this.chunks.push({ start: this.written, bytes });
    this.written = end;
  }

  /** The headers in front of the entry whose data starts at `dataOffset` and is `size` bytes long. */
  entry(dataOffset: number, size: number): RawHeaders {
    const region = this.slice(this.entryEnd, dataOffset);
    this.entryEnd = dataOffset + Math.ceil(size / block) * block;
    this.chunks = this.chunks.filter((chunk) => chunk.start + chunk.bytes.length > this.entryEnd);
    const walk = walkHeaders(region);
    this.globalOfOne ||= walk.globalOfOne;
    const isMixed = this.globalOfOne && walk.pax.size > 0;
    const fault = walk.fault ?? (isMixed ? 'a global PAX header names a path or a size' : null);
    return { ...walk, fault, header: region.subarray(region.length - block) };
  }

  /** Whether the end-of-archive marker stands after the last entry. */
  atEnd(): boolean {
    return walkHeaders(this.slice(this.entryEnd, this.written)).afterEnd;
  }

  /** What engines refuse in headers that led to no entry, or null. */
  faultAtEnd(): string | null {
    return walkHeaders(this.slice(this.entryEnd, this.written)).fault;
  }

  /** Bytes since the end of the last entry: headers that have not led to an entry yet. */
  get pending(): number {
    return Math.max(0, this.written - this.entryEnd);
  }

  private slice(from: number, to: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (const { start, bytes } of this.chunks) {
      if (start < to && start + bytes.length > from) {
        pieces.push(bytes.subarray(Math.max(0, from - start), Math.max(0, to - start)));
      }
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }
}

const noRecords: ReadonlyMap<string, string> = new Map();

/** Walks the extension headers (`x`, `g`, `L`, `K`) of a region, each with its data, up to the header of an entry. */
function walkHeaders(region: Uint8Array): HeaderWalk {
  const found: { -readonly [Key in keyof HeaderWalk]: HeaderWalk[Key] } = {
    pax: noRecords,
    longName: null,
    longLink: null,
    afterEnd: false,
    globalOfOne: false,
    fault: null,
  };
  let zeros = 0;
  for (let at = 0; at + block <= region.length; at += block) {
    const header = region.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) {
      zeros++;
      if (zeros === 2) return { ...found, afterEnd: true };
      continue;
    }
    if (zeros === 1) found.fault ??= 'a block of zeros stands in front of it';
    zeros = 0;
    found.fault ??= headerFault(header);
    const type = String.fromCharCode(header[156] ?? 0);
    if (!'xgLK'.includes(type)) {
      found.fault ??=
        at + block < region.length
          ? 'a header of no known type is in front of it'
          : recordsFault(found.pax, type);
      break;
    }
    const size = extensionSize(header);
    const data = region.subarray(at + block, at + block + size);
    if (type === 'L') found.longName = textUpToNul(data);
    else if (type === 'K') found.longLink = textUpToNul(data);
    else {
      const records = paxRecords(data);
      if (records === null) found.fault ??= 'its PAX header is damaged';
      else if (type === 'x') found.pax = records;
      else if (globalOfOne.some((key) => records.has(key))) found.globalOfOne = true;
    }
    at += Math.ceil(size / block) * block;
  }
  return found;
}

/** What no two entries share. Engines ignore a global one; tar-stream takes it for that of entries with a PAX header. */
const globalOfOne = ['path', 'linkpath', 'size'];

const extensionSize = (header: Uint8Array): number =>
  Number.parseInt(Buffer.from(header.subarray(124, 136)).toString('latin1'), 8) || 0;

function textUpToNul(data: Uint8Array): string {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
