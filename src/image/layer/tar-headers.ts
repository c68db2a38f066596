/**
 * The raw header blocks in front of a tar entry. tar-stream decodes PAX records as UTF-8, which loses binary values
 * (security.capability) and names in other encodings, knows no sparse files, and reads on past the end-of-archive marker:
 * for those this keeps the bytes that stand between two entries.
 */

const block = 512;

/** What the raw headers of one entry add to what tar-stream tells. */
export interface RawHeaders {
  /** The entry's own PAX records, values as Latin-1. Global ones are skipped, as engines ignore them. */
  readonly pax: ReadonlyMap<string, string>;
  /** The header block itself. */
  readonly header: Uint8Array;
  /** Two zero blocks stand before this entry: engines ignore it and all that follows. */
  readonly afterEnd: boolean;
}

/** Keeps the bytes written to tar-stream from the end of the last entry on. */
export class TarTap {
  private chunks: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  private written = 0;
  private entryEnd = 0;

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
    const { pax, afterEnd } = walkHeaders(region);
    return { pax, afterEnd, header: region.subarray(region.length - block) };
  }

  /** Whether the end-of-archive marker stands after the last entry. */
  atEnd(): boolean {
    return walkHeaders(this.slice(this.entryEnd, this.written)).afterEnd;
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
function walkHeaders(region: Uint8Array): Pick<RawHeaders, 'pax' | 'afterEnd'> {
  let pax = noRecords;
  let zeros = 0;
  for (let at = 0; at + block <= region.length; at += block) {
    const header = region.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) {
      zeros++;
      if (zeros === 2) return { pax, afterEnd: true };
      continue;
    }
    zeros = 0;
    const type = String.fromCharCode(header[156] ?? 0);
    if (!'xgLK'.includes(type)) break;
    const size = Number.parseInt(Buffer.from(header.subarray(124, 136)).toString('latin1'), 8) || 0;
    if (type === 'x') pax = paxRecords(region.subarray(at + block, at + block + size));
    at += Math.ceil(size / block) * block;
  }
  return { pax, afterEnd: false };
}

/** PAX extended header records: `LENGTH KEY=VALUE\n` (POSIX pax). Stops at the first record that is not well formed. */
export function paxRecords(data: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    if (space < 0 || space - at > 10) break;
    const digits = bytes.toString('latin1', at, space);
    const length = /^\d+$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    if (length === 0 || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end) break;
    records.set(bytes.toString('latin1', space + 1, equals), bytes.toString('latin1', equals + 1, end - 1));
    at = end;
  }
  return records;
}
