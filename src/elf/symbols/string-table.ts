import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';

/** Symbol versions share names and linkers share tails, so more text than the table holds is normal; this much more is not. */
const maxReuse = 8;
/** The longest name or search path. Mangled names of C++ reach some 60 KB, and PATH_MAX is 4 KiB. */
const maxString = 1024 * 1024;
/** The largest table: libtorch has half of it. */
export const maxStringTable = 64 * 1024 * 1024;

/** DT_STRTAB. Strings that cannot be read are empty, with a defect. */
export class StringTable {
  /** The whole table at once: to decode it string by string takes five times as long. */
  readonly #text: string;
  readonly #reader: RangeReader;
  #budget: number;

  constructor(bytes: Bytes, reader: RangeReader) {
    this.#text = bytes.text(0, bytes.length);
    this.#reader = reader;
    this.#budget = bytes.length * maxReuse + 65_536;
  }

  /** The size of the table in bytes. */
  get size(): number {
    return this.#text.length;
  }

  at(offset: number): string {
    if (offset >= this.#text.length)
      return this.#unreadable(`no string at ${offset}: the table has ${this.#text.length} bytes`);
    if (this.#budget < 0) return this.#unreadable('strings overlap far more than a linker makes them');
    const end = this.#text.indexOf('\0', offset);
    const length = (end < 0 ? this.#text.length : end) - offset;
    this.#budget -= length;
    if (end < 0) return this.#unreadable(`the string at ${offset} has no end`);
    if (length > maxString)
      return this.#unreadable(`the string at ${offset} has more than ${maxString} bytes`);
    return this.#text.slice(offset, end);
  }

  #unreadable(reason: string): string {
    this.#reader.defect('strings', reason);
    return '';
  }
}
