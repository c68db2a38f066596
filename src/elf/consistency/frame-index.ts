import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { PT_GNU_EH_FRAME } from '../constants.ts';
import type { Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

/** More than the largest libraries have. */
const maxEntries = 1 << 20;

/** DW_EH_PE_* of what GNU ld, gold, lld and mold write into .eh_frame_hdr: a count of 4 bytes, pairs of 4 bytes from its own address. */
const countEncoding = 0x03;
const tableEncoding = 0x3b;

/** The part of an encoding that tells the size of a value, and its values. */
const formOf = (encoding: number): number => encoding & 0x0f;
const fourBytes = new Set([0x03, 0x0b]);
const eightBytes = new Set([0x04, 0x0c]);
const absolute = 0;

/** Where the code that has unwind information begins: the sorted table of .eh_frame_hdr (LSB Core, Exception Frames). */
export class FrameIndex {
  readonly #reader: RangeReader;
  readonly #segments: readonly Segment[];
  readonly #base: number;
  readonly #table: Bytes;
  readonly #count: number;

  private constructor(reader: RangeReader, segments: readonly Segment[], base: number, table: Bytes) {
    this.#reader = reader;
    this.#segments = segments;
    this.#base = base;
    this.#table = table;
    this.#count = table.length / 8;
  }

  /** Null for a file without such a table, or with one of another encoding. */
  static of(reader: RangeReader, segments: readonly Segment[]): FrameIndex | null {
    const segment = segments.findLast(({ type, filesz }) => type === PT_GNU_EH_FRAME && filesz >= 12);
    const range = segment === undefined ? null : fileRangeOf(segments, segment.vaddr);
    const head = range === null ? null : reader.peek(range.offset, 12);
    if (segment === undefined || range === null || head === null) return null;
    if (head.u8(0) !== 1 || head.u8(2) !== countEncoding || head.u8(3) !== tableEncoding) return null;
    const count = head.u32(8);
    if (count === 0 || count > maxEntries || 12 + count * 8 > range.available) return null;
    const table = reader.peek(range.offset + 12, count * 8);
    return table === null ? null : new FrameIndex(reader, segments, segment.vaddr, table);
  }

  /** Whether the address lies behind the begin of code that one entry describes, and not behind its end. */
  isInside(address: number): boolean {
    const index = this.#lastUpTo(address);
    const begin = index < 0 ? address : this.#beginOf(index);
    return address > begin && address < begin + this.#lengthOf(index);
  }

  /** Whether code that one entry describes begins at the address. */
  isBegin(address: number): boolean {
    const index = this.#lastUpTo(address);
    return index >= 0 && this.#beginOf(index) === address;
  }

  /** The last entry that begins at the address or before; -1 for none. */
  #lastUpTo(address: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#beginOf(middle) <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #beginOf(index: number): number {
    return this.#base + (this.#table.u32(index * 8) | 0);
  }

  /** The length that the FDE itself tells; 0 when it cannot be read. */
  #lengthOf(index: number): number {
    const address = this.#base + (this.#table.u32(index * 8 + 4) | 0);
    const entry = this.#bytesAt(address, 24);
    if (entry === null) return 0;
    const common = this.#bytesAt(address + 4 - entry.u32(4), 32);
    const form = common === null ? absolute : formOf(pointerEncoding(common, this.#reader.layout.class / 8));
    if (fourBytes.has(form)) return entry.u32(12);
    if (eightBytes.has(form)) return entry.u64(16);
    return form === absolute && this.#reader.layout.class === 32 ? entry.u32(12) : 0;
  }

  #bytesAt(address: number, length: number): Bytes | null {
    const range = fileRangeOf(this.#segments, address);
    if (range === null) return null;
    return this.#reader.peek(range.offset, length);
  }
}

/** The encoding of the addresses of a CIE's functions (augmentation `R`). */
function pointerEncoding(common: Bytes, word: number): number {
  const augmentation = common.textUntilNul(9);
  if (!augmentation.startsWith('z')) return absolute;
  let at = 9 + augmentation.length + 1;
  const skipLeb = () => {
    while (at < common.length && (common.u8(at) & 0x80) !== 0) at++;
    at++;
  };
  // Alignments of code and data, the return register, and the length of what follows.
  for (let field = 0; field < 4; field++) skipLeb();
  for (const letter of augmentation.slice(1)) {
    if (at >= common.length) return absolute;
    if (letter === 'R') return common.u8(at);
    if (letter === 'P') {
      const form = formOf(common.u8(at));
      at += 1 + (eightBytes.has(form) ? 8 : form === absolute ? word : 4);
    } else if (letter === 'L') at++;
  }
  return absolute;
}
