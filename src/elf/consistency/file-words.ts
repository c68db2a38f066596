import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import type { Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

const windowSize = 4096;

/** The words that a file holds for addresses, before any relocation. Quick for addresses in order. */
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
    const window = this.#window;
    const inside = address - this.#from;
    if (window !== null && inside >= 0 && inside + this.#word <= window.length) return window.word(inside);
    const range = fileRangeOf(this.#segments, address);
    if (range === null || range.available < this.#word) return null;
    this.#from = address;
    const length = Math.min(windowSize, range.available, this.#reader.size - range.offset);
    this.#window = length < this.#word ? null : this.#reader.peek(range.offset, length);
    return this.#window?.word(0) ?? null;
  }
}
