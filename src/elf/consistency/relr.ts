import type { RangeReader } from '../bytes/range-reader.ts';
import { DT_RELR, DT_RELRSZ, PF_W } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf } from '../segments.ts';
import type { Memory } from './memory.ts';

/** Half a million words: the largest programs have a tenth of that. */
const maxWords = 1 << 19;

/**
 * Compares the places of DT_RELR with the segments: an even word is an address, an odd one the bits of the words that follow
 * (gABI, glibc elf/dl-relocate-ld.h). Records a defect where one is not writable.
 */
export function checkRelr(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  memory: Memory,
): void {
  const [address, size] = [tags.value(DT_RELR), tags.value(DT_RELRSZ)];
  if (address === null || size === null || size === 0) return;
  const range = fileRangeOf(segments, address);
  const word = reader.layout.class / 8;
  if (range === null) reader.defect('relocations', describeAddress(address));
  else if (size > range.available || size % word !== 0 || size / word > maxWords)
    reader.defect('relocations', 'DT_RELR has an impossible size');
  else if (!arePlacesWritable(reader, range.offset, size, word, memory))
    reader.defect('relocations', 'DT_RELR relocates what is not writable');
}

function arePlacesWritable(
  reader: RangeReader,
  offset: number,
  size: number,
  word: number,
  memory: Memory,
): boolean {
  const bytes = reader.read('relocations', offset, size);
  const bits = word * 8 - 1;
  let next: number | null = null;
  for (let at = 0; at + word <= bytes.length; at += word) {
    const low = bytes.u32(reader.layout.endianness === 'big' && word === 8 ? at + 4 : at);
    if ((low & 1) === 0) {
      const place = bytes.word(at);
      if (place % word !== 0 || !memory.has(place, word, PF_W)) return false;
      next = place + word;
    } else {
      if (next === null) return false;
      const highest = Math.floor(Math.log2(bytes.word(at))) - 1;
      if (highest >= 0 && !memory.has(next + highest * word, word, PF_W)) return false;
      next += bits * word;
    }
  }
  return true;
}
