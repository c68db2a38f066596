import type { RangeReader } from '../bytes/range-reader.ts';
import { EM_ALPHA, EM_S390 } from '../constants.ts';
import type { MappedRange } from '../segments.ts';

const chainStep = 4096;

/**
 * The number of symbols by DT_HASH: its nchain (System V gABI). Entries are 4 bytes, but 8 on s390x and Alpha
 * (glibc sysdeps/s390/s390-64, `Elf_Symndx`); null when there are more than the file can hold.
 */
export function countBySysvHash(reader: RangeReader, range: MappedRange, machine: number): number | null {
  const wide = reader.layout.class === 64 && (machine === EM_S390 || machine === EM_ALPHA);
  for (const entry of wide ? [8, 4] : [4]) {
    const head = reader.read('symbols', range.offset, Math.min(range.available, 2 * entry));
    if (head.length < 2 * entry) return null;
    const read = (offset: number) => (entry === 8 ? head.u64(offset) : head.u32(offset));
    const buckets = read(0);
    const chains = read(entry);
    if ((2 + buckets + chains) * entry <= range.available) return chains;
  }
  reader.defect('symbols', 'DT_HASH is larger than its segment');
  return null;
}

/** The number of symbols by DT_GNU_HASH. */
export interface GnuHashCount {
  readonly count: number;
  /** Some symbol is hashed. When none is, `count` is only where hashed symbols would start, and binutils writes 1 there. */
  readonly hashed: boolean;
}

/**
 * The number of symbols by DT_GNU_HASH: the end of the chain that starts at the highest bucket
 * (glibc elf/dl-lookup.c do_lookup_x walks it so); null when it leads out of its segment.
 */
export function countByGnuHash(reader: RangeReader, range: MappedRange): GnuHashCount | null {
  const head = reader.read('symbols', range.offset, Math.min(range.available, 16));
  if (head.length < 16) return null;
  const buckets = head.u32(0);
  const firstHashed = head.u32(4);
  const bloomWords = head.u32(8);
  if (bloomWords === 0 || (bloomWords & (bloomWords - 1)) !== 0)
    reader.defect('symbols', 'the filter of DT_GNU_HASH has an impossible size');
  const bucketsAt = 16 + bloomWords * (reader.layout.class / 8);
  const chainsAt = bucketsAt + buckets * 4;
  if (chainsAt > range.available) {
    reader.defect('symbols', 'DT_GNU_HASH is larger than its segment');
    return null;
  }
  const table = reader.read('symbols', range.offset + bucketsAt, buckets * 4);
  let highest = 0;
  for (let offset = 0; offset + 4 <= table.length; offset += 4)
    highest = Math.max(highest, table.u32(offset));
  if (highest < firstHashed || highest === 0) return { count: firstHashed, hashed: false };
  const last = endOfChain(reader, range, chainsAt + (highest - firstHashed) * 4);
  return last === null ? null : { count: firstHashed + (last - chainsAt) / 4 + 1, hashed: true };
}

/** The place of the first chain entry with its lowest bit set, from `start` on. */
function endOfChain(reader: RangeReader, range: MappedRange, start: number): number | null {
  for (let at = start; at + 4 <= range.available; at += chainStep) {
    const bytes = reader.read('symbols', range.offset + at, Math.min(chainStep, range.available - at));
    for (let offset = 0; offset + 4 <= bytes.length; offset += 4) {
      if ((bytes.u32(offset) & 1) === 1) return at + offset;
    }
    if (bytes.length < chainStep) break;
  }
  reader.defect('symbols', 'a chain of DT_GNU_HASH has no end');
  return null;
}
