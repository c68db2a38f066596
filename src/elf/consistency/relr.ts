import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { DT_RELR, DT_RELRSZ, EM_386, EM_X86_64, PF_W } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { Endianness, Segment } from '../elf-file.ts';
import { describeAddress, fileRangeOf } from '../segments.ts';
import { calledAtStart, type FunctionArray, functionArrays } from './function-arrays.ts';
import { measuredMachines } from './function-starts.ts';
import type { MemoryView } from './memory-view.ts';

/** Half a million words: the largest programs have a tenth of that. */
const maxWords = 1 << 19;

/**
 * Compares the places of DT_RELR with the segments and with `written`, the places of other relocations: an even word is an
 * address, an odd one the bits of the words that follow (gABI, glibc elf/dl-relocate-ld.h). The file holds an address at each
 * of them, and linkers sort them. Records a defect where it is otherwise; gives how many pointers to functions that run at
 * start or at exit are among them.
 */
export function checkRelr(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  view: MemoryView,
  written: ReadonlySet<number>,
  machine: number,
): number {
  const [address, size] = [tags.value(DT_RELR), tags.value(DT_RELRSZ)];
  if (address === null || size === null || size === 0) return 0;
  const range = fileRangeOf(segments, address);
  const word = reader.layout.class / 8;
  if (range === null) reader.defect('relocations', describeAddress(address));
  else if (size > range.available || size % word !== 0 || size / word > maxWords)
    reader.defect('relocations', 'DT_RELR has an impossible size');
  else {
    const places = relrPlaces(reader.read('relocations', range.offset, size), word, reader.layout.endianness);
    const result = checkPlaces(places, word, view, {
      written,
      arrays: functionArrays(tags),
      isMeasured: measuredMachines.has(machine),
      isX86: machine === EM_X86_64 || machine === EM_386,
    });
    if (typeof result === 'number') return result;
    reader.defect('relocations', result);
  }
  return 0;
}

/** How many of the places are in the arrays, or why they cannot be right. */
function checkPlaces(
  places: Iterable<number>,
  word: number,
  { memory, words, starts }: MemoryView,
  {
    written,
    arrays,
    isMeasured,
    isX86,
  }: {
    readonly written: ReadonlySet<number>;
    readonly arrays: readonly FunctionArray[];
    readonly isMeasured: boolean;
    readonly isX86: boolean;
  },
): number | string {
  let last = Number.NEGATIVE_INFINITY;
  let filled = 0;
  for (const place of places) {
    if (place % word !== 0 || !memory.has(place, word, PF_W)) return 'DT_RELR relocates what is not writable';
    if (memory.isCleared(place) || memory.isInDynamic(place)) return 'DT_RELR relocates what is no pointer';
    if (written.has(place)) return 'DT_RELR relocates what another relocation writes';
    if (place <= last) return 'DT_RELR is not in order';
    last = place;
    const target = words.at(place);
    // What a truncated file lacks is another fault.
    if (target === null) continue;
    if (isMeasured && (target === 0 || memory.flagsAt(target, 0) === null))
      return 'DT_RELR relocates what is no address';
    if (isX86 && memory.isInHeaders(target)) return 'DT_RELR relocates what is no address';
    if (!arrays.some(({ from, to }) => place >= from && place < to)) continue;
    filled++;
    const reason = starts.reasonAgainst(target, calledAtStart);
    if (reason !== null) return reason;
  }
  return filled;
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
