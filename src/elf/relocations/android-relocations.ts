import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf } from '../segments.ts';
import type { References } from './symbol-references.ts';

const GROUPED_BY_INFO = 1;
const GROUPED_BY_OFFSET_DELTA = 2;
const GROUPED_BY_ADDEND = 4;
const HAS_ADDEND = 8;

/** Android's packed relocations: `APS2`, then signed LEB128 numbers in groups (bionic linker/linker_reloc_iterators.h). */
export function readAndroidRelocations(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  addressTag: number,
  sizeTag: number,
  into: References,
): void {
  const address = tags.value(addressTag);
  const size = tags.value(sizeTag);
  if (address === null || size === null || size === 0) return;
  const range = fileRangeOf(segments, address);
  if (range === null) {
    reader.defect('relocations', describeAddress(address));
    return;
  }
  const bytes = reader.read('relocations', range.offset, Math.min(size, range.available));
  if (bytes.text(0, 4) !== 'APS2') {
    reader.defect('relocations', 'packed relocations are not in the APS2 format');
    return;
  }
  if (!unpack(new Leb128(bytes, 4), reader.layout.class, into)) {
    reader.defect('relocations', 'packed relocations end before their last group');
  }
}

/** False when the bytes end first. */
function unpack(numbers: Leb128, elfClass: 32 | 64, into: References): boolean {
  const symbolUnit = elfClass === 64 ? 0x1_0000_0000 : 0x100;
  const addInfo = (info: number, times: number) => {
    if (Number.isSafeInteger(info) && info >= 0)
      into.add(Math.floor(info / symbolUnit), info % symbolUnit, times);
    else numbers.ended = true;
  };
  let left = numbers.next();
  numbers.next();
  while (left > 0 && !numbers.ended) {
    const size = numbers.next();
    const flags = numbers.next();
    if (size <= 0 || size > left) return false;
    left -= size;
    if (flags & GROUPED_BY_OFFSET_DELTA) numbers.next();
    const info = flags & GROUPED_BY_INFO ? numbers.next() : null;
    const addends = (flags & HAS_ADDEND) !== 0;
    if (addends && flags & GROUPED_BY_ADDEND) numbers.next();
    if (info !== null) addInfo(info, size);
    const before = flags & GROUPED_BY_OFFSET_DELTA ? 0 : 1;
    const after = addends && !(flags & GROUPED_BY_ADDEND) ? 1 : 0;
    if (before + after === 0 && info !== null) continue;
    for (let entry = 0; entry < size && !numbers.ended; entry++) {
      if (before > 0) numbers.next();
      if (info === null) addInfo(numbers.next(), 1);
      if (after > 0) numbers.next();
    }
  }
  return !numbers.ended;
}

/** Signed LEB128 numbers one after the other; zeros after the end. */
class Leb128 {
  readonly #bytes: Bytes;
  #at: number;
  /** A requested number is missing or out of range. */
  ended = false;

  constructor(bytes: Bytes, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  next(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#bytes.raw[this.#at++];
      if (byte === undefined) {
        this.ended = true;
        return 0;
      }
      value += (byte & 0x7f) * unit;
      if ((byte & 0x80) === 0) return byte & 0x40 ? value - unit * 128 : value;
    }
  }
}
