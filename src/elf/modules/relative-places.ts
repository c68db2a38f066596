import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { relrPlaces } from '../consistency/relr.ts';
import { DT_REL, DT_RELA, DT_RELASZ, DT_RELR, DT_RELRSZ, DT_RELSZ } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

/** So many bytes of a relocation table are read. */
const maxTable = 8 * 1024 * 1024;

/** The addresses that relocations without a symbol fill, and what they then hold, before the object is moved. */
export class RelativePlaces {
  readonly #targets = new Map<number, number | null>();
  readonly #reader: RangeReader;
  readonly #segments: readonly Segment[];

  constructor(reader: RangeReader, segments: readonly Segment[], tags: DynamicTags) {
    this.#reader = reader;
    this.#segments = segments;
    const word = reader.layout.class / 8;
    this.#addTable(this.#table(tags, DT_RELA, DT_RELASZ), 3, word);
    this.#addTable(this.#table(tags, DT_REL, DT_RELSZ), 2, word);
    const packed = this.#table(tags, DT_RELR, DT_RELRSZ);
    if (packed === null) return;
    for (const place of relrPlaces(packed, word, reader.layout.endianness)) this.#targets.set(place, null);
  }

  has(place: number): boolean {
    return this.#targets.has(place);
  }

  /** Every place. */
  all(): Iterable<number> {
    return this.#targets.keys();
  }

  /** What a place holds; null when its bytes are not in the file. */
  target(place: number): number | null {
    const addend = this.#targets.get(place);
    if (addend !== null && addend !== undefined) return addend;
    const bytes = this.bytesAt(place, this.#reader.layout.class / 8);
    return bytes === null ? null : bytes.word(0);
  }

  /** So many bytes at an address; null when fewer are in the file. */
  bytesAt(address: number, length: number): Bytes | null {
    const range = fileRangeOf(this.#segments, address);
    if (range === null || range.available < length) return null;
    const bytes = this.#reader.read('relocations', range.offset, length);
    return bytes.length < length ? null : bytes;
  }

  /** The text at an address, up to a NUL, at most so many bytes; empty when it is not in the file. */
  textAt(address: number, longest: number): string {
    const range = fileRangeOf(this.#segments, address);
    if (range === null) return '';
    return this.#reader.read('relocations', range.offset, Math.min(longest, range.available)).textUntilNul(0);
  }

  #table(tags: DynamicTags, table: number, size: number): Bytes | null {
    const address = tags.value(table);
    const range = address === null ? null : fileRangeOf(this.#segments, address);
    if (range === null) return null;
    const length = Math.min(tags.value(size) ?? 0, range.available, maxTable);
    return this.#reader.read('relocations', range.offset, length);
  }

  #addTable(bytes: Bytes | null, words: 2 | 3, word: number): void {
    if (bytes === null) return;
    for (let at = 0; at + words * word <= bytes.length; at += words * word) {
      const info = bytes.word(at + word);
      const symbol = word === 8 ? Math.floor(info / 2 ** 32) : info >>> 8;
      if (symbol === 0) this.#targets.set(bytes.word(at), words === 3 ? bytes.word(at + 2 * word) : null);
    }
  }
}
