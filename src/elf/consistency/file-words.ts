import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import type { Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

const windowSize = 4096;

/** What a file holds for addresses, before any relocation. Quick for addresses in order. */
export class FileWords {
  readonly #reader: RangeReader;
  readonly #segments: readonly Segment[];
  readonly #word: number;
  #from = 0;
  #window: Bytes | null = null;

  constructor(reader: RangeReader, segments: readonly Segment[]) {
    this.#reader = reader;
    this.#segments = segments;
    this.#word = reader.layout.class / 8;
  }

  /** The word at an address; null where the file has no bytes for it. */
  at(address: number): number | null {
    const inside = this.#open(address, this.#word);
    return inside === null ? null : (this.#window?.word(inside) ?? null);
  }

  /** `size` bytes from an address on; null where the file has not all of them. */
  bytesAt(address: number, size: number): Buffer | null {
    const inside = this.#open(address, size);
    return inside === null ? null : (this.#window?.raw.subarray(inside, inside + size) ?? null);
  }

  /** Reads a window that holds the bytes, if the last one does not; gives where they begin in it, or null. */
  #open(address: number, size: number): number | null {
    const inside = address - this.#from;
    if (this.#window !== null && inside >= 0 && inside + size <= this.#window.length) return inside;
    const range = fileRangeOf(this.#segments, address);
    if (range === null || range.available < size) return null;
    this.#from = address;
    const length = Math.min(windowSize, range.available, this.#reader.size - range.offset);
    this.#window = length < size ? null : this.#reader.peek(range.offset, length);
    return this.#window === null ? null : 0;
  }
}
