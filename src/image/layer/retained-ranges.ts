import type { ByteSource } from '../../elf/bytes/byte-source.ts';
import { UnreadableRangeError } from '../../elf/bytes/byte-source.ts';
import {
  ELFCLASS64,
  ELFDATA2MSB,
  PF_X,
  PT_DYNAMIC,
  PT_GNU_PROPERTY,
  PT_INTERP,
  PT_LOAD,
  PT_NOTE,
} from '../../elf/constants.ts';

/** Files up to this size are buffered whole. */
export const wholeFileSize = 24 * 1024 * 1024;
/** Most that is kept of a larger file. */
export const maxRetained = 64 * 1024 * 1024;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A ByteSource over a file that streams by once. It keeps what ELF facts can lie in: the first 24 MiB, then the dynamic
 * segment, notes and interpreter, then the PT_LOAD segments that are not code, small ones first, up to 64 MiB in all.
 * The rest is dropped; reading it throws `UnreadableRangeError`.
 */
export class RetainedRanges implements ByteSource {
  readonly size: number;
  private readonly parts: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  private wanted: readonly Range[] | null = null;
  private received = 0;

  /** `size` is the size of the whole file in bytes. */
  constructor(size: number) {
    this.size = size;
  }

  /** The next bytes of the file; they are kept by reference. */
  push(bytes: Uint8Array): void {
    const start = this.received;
    const end = start + bytes.length;
    this.received = end;
    if (end <= wholeFileSize || this.size <= wholeFileSize) {
      this.parts.push({ start, bytes });
      return;
    }
    if (start < wholeFileSize)
      this.parts.push({ start, bytes: new Uint8Array(bytes.subarray(0, wholeFileSize - start)) });
    this.wanted ??= wantedRanges(this.read(0, 64 * 1024), this.size);
    for (const range of this.wanted) {
      const from = Math.max(start, range.start, wholeFileSize);
      const to = Math.min(end, range.end);
      if (from < to)
        this.parts.push({ start: from, bytes: new Uint8Array(bytes.subarray(from - start, to - start)) });
    }
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.size);
    if (offset < 0 || length <= 0 || offset >= end) return new Uint8Array(0);
    let low = 0;
    let high = this.parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const part = this.parts[middle];
      if (part !== undefined && part.start + part.bytes.length <= offset) low = middle + 1;
      else high = middle;
    }
    const first = this.parts[low];
    if (first !== undefined && first.start <= offset && end <= first.start + first.bytes.length) {
      return first.bytes.subarray(offset - first.start, end - first.start);
    }
    return this.join(low, offset, end);
  }

  private join(index: number, offset: number, end: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let at = offset;
    for (let i = index; at < end; i++) {
      const part = this.parts[i];
      if (part === undefined || part.start > at) {
        throw new UnreadableRangeError(`bytes ${at} to ${end} of a ${this.size}-byte file were not kept`);
      }
      const piece = part.bytes.subarray(at - part.start, Math.min(part.bytes.length, end - part.start));
      pieces.push(piece);
      at += piece.length;
    }
    return Buffer.concat(pieces);
  }
}

/** The ranges past the first 24 MiB that are worth keeping, sorted, without overlap. */
function wantedRanges(head: Uint8Array, size: number): Range[] {
  const ranges: Range[] = [];
  let left = maxRetained - wholeFileSize;
  for (const segment of segmentsByWorth(head)) {
    const start = Math.max(segment.offset, wholeFileSize);
    const end = Math.min(segment.offset + segment.filesz, size, start + left);
    if (!(start < end)) continue;
    ranges.push({ start, end });
    left -= end - start;
  }
  return mergeRanges(ranges);
}

interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly filesz: number;
}

function segmentsByWorth(head: Uint8Array): ProgramHeader[] {
  const small = new Set([PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_PROPERTY]);
  const headers = programHeaders(head);
  const bySize = (a: ProgramHeader, b: ProgramHeader): number => a.filesz - b.filesz;
  return [
    ...headers.filter((header) => small.has(header.type)).sort(bySize),
    ...headers.filter((header) => header.type === PT_LOAD && (header.flags & PF_X) === 0).sort(bySize),
    ...headers.filter((header) => header.type === PT_LOAD && (header.flags & PF_X) !== 0).sort(bySize),
  ];
}

/** Only as much of the program headers as retention needs; `readElf` reads them for good. */
function programHeaders(head: Uint8Array): ProgramHeader[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const wide = head[4] === ELFCLASS64;
  const little = head[5] !== ELFDATA2MSB;
  const start = wide ? Number(view.getBigUint64(32, little)) : view.getUint32(28, little);
  const entrySize = view.getUint16(wide ? 54 : 42, little);
  const count = view.getUint16(wide ? 56 : 44, little);
  const headers: ProgramHeader[] = [];
  for (let i = 0; i < count && entrySize >= (wide ? 56 : 32); i++) {
    const at = start + i * entrySize;
    if (at + entrySize > head.length) break;
    headers.push({
      type: view.getUint32(at, little),
      flags: view.getUint32(at + (wide ? 4 : 24), little),
      offset: wide ? Number(view.getBigUint64(at + 8, little)) : view.getUint32(at + 4, little),
      filesz: wide ? Number(view.getBigUint64(at + 32, little)) : view.getUint32(at + 16, little),
    });
  }
  return headers;
}

function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged[merged.length - 1];
    if (last !== undefined && range.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else merged.push(range);
  }
  return merged;
}
