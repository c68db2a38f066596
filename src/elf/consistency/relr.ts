import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { DT_RELR, DT_RELRSZ, PF_W } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Endianness, Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf } from '../segments.ts';
import type { Memory } from './memory.ts';

/** Half a million words: the largest programs have a tenth of that. */
const maxWords = 1 << 19;

/**
 * Compares the places of DT_RELR with the segments and with `written`, the places of other relocations: an even word is an address, an odd one the bits of the words that follow
 * (gABI, glibc elf/dl-relocate-ld.h). Records a defect where one is not writable.
 */
export function checkRelr(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  memory: Memory,
  written: ReadonlySet<number>,
): void {
  const [address, size] = [tags.value(DT_RELR), tags.value(DT_RELRSZ)];
  if (address === null || size === null || size === 0) return;
  const range = fileRangeOf(segments, address);
  const word = reader.layout.class / 8;
  if (range === null) reader.defect('relocations', describeAddress(address));
  else if (size > range.available || size % word !== 0 || size / word > maxWords)
    reader.defect('relocations', 'DT_RELR has an impossible size');
  else {
    const places = relrPlaces(reader.read('relocations', range.offset, size), word, reader.layout.endianness);
    const reason = oddPlaces(places, word, memory, written);
    if (reason !== null) reader.defect('relocations', reason);
  }
}

function oddPlaces(
  places: Iterable<number>,
  word: number,
  memory: Memory,
  written: ReadonlySet<number>,
): string | null {
  for (const place of places) {
    if (place % word !== 0 || !memory.has(place, word, PF_W)) return 'DT_RELR relocates what is not writable';
    if (written.has(place)) return 'DT_RELR relocates what another relocation writes';
  }
  return null;
}

/** The places that the words of DT_RELR stand for. NaN stands for a word of bits that follows no address. */
export function* relrPlaces(bytes: Bytes, word: number, endianness: Endianness): Generator<number> {
  const [lowAt, highAt] = endianness === 'little' ? [0, 4] : [word - 4, 0];
  let next = Number.NaN;
  for (let at = 0; at + word <= bytes.length; at += word) {
    const low = bytes.u32(at + lowAt);
    if ((low & 1) === 0) {
      const place = bytes.word(at);
      yield place;
      next = place + word;
      continue;
    }
    yield* markedPlaces(low >>> 1, 31, next, word);
    if (word === 8) yield* markedPlaces(bytes.u32(at + highAt), 32, next + 31 * word, word);
    next += (word * 8 - 1) * word;
  }
}

function* markedPlaces(bits: number, count: number, start: number, word: number): Generator<number> {
  for (let bit = 0; bit < count; bit++) {
    if (((bits >>> bit) & 1) === 1) yield start + bit * word;
  }
}
