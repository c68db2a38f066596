import type { Bytes } from './bytes.ts';
import type { RangeReader } from './range-reader.ts';

/** Symbol versions share names and linkers share tails, so more text than the table holds is normal; this much more is not. */
const maxReuse = 8;

/** DT_STRTAB. Strings that cannot be read are empty, with a defect. */
export class StringTable {
  readonly #bytes: Bytes;
  readonly #reader: RangeReader;
  #budget: number;

  constructor(bytes: Bytes, reader: RangeReader) {
    this.#bytes = bytes;
    this.#reader = reader;
    this.#budget = bytes.length * maxReuse + 65_536;
  }

  /** The size of the table in bytes. */
  get size(): number {
    return this.#bytes.length;
  }

  at(offset: number): string {
    if (offset >= this.#bytes.length)
      return this.#unreadable(`no string at ${offset}: the table has ${this.#bytes.length} bytes`);
    const end = this.#bytes.raw.indexOf(0, offset);
    if (end < 0) return this.#unreadable(`the string at ${offset} has no end`);
    this.#budget -= end - offset + 1;
    if (this.#budget < 0) return this.#unreadable('strings overlap far more than a linker makes them');
    return this.#bytes.text(offset, end);
  }

  #unreadable(reason: string): string {
    this.#reader.defect('strings', reason);
    return '';
  }
}
