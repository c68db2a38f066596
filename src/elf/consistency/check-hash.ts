import type { Bytes } from '../bytes/bytes.ts';
import type { RangeReader } from '../bytes/range-reader.ts';
import { DT_GNU_HASH, DT_HASH, EM_ALPHA, EM_S390, STB_LOCAL } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { DynamicSymbol, Segment } from '../elf-file.ts';
import { fileRangeOf } from '../segments.ts';

/** How many symbols are looked up: a wrong header of a table loses nearly all of them. */
const samples = 4096;
const maxTable = 16 * 1024 * 1024;
/** Links that are followed for all of them: a chain has some two or three. */
const maxSteps = 1_000_000;

/** Counts the links that are followed: chains through the whole table would take hours. */
class Steps {
  #left = maxSteps;

  /** False once there were too many. */
  take(): boolean {
    this.#left--;
    return this.#left >= 0;
  }
}

/** The hash of DT_GNU_HASH: Bernstein's, modulo 2^32. */
function gnuHash(name: string): number {
  let hash = 5381;
  for (let index = 0; index < name.length; index++)
    hash = (Math.imul(hash, 33) + name.charCodeAt(index)) >>> 0;
  return hash;
}

/** The hash of DT_HASH, of DT_VERNEED and of DT_VERDEF (gABI). */
export function sysvHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) {
    hash = ((hash << 4) + name.charCodeAt(index)) >>> 0;
    const high = hash & 0xf000_0000;
    hash = ((hash ^ (high >>> 24)) & ~high) >>> 0;
  }
  return hash;
}

/** Whether the table of DT_GNU_HASH leads from a name to a symbol, as `do_lookup_x` of glibc elf/dl-lookup.c follows it. */
class GnuHashTable {
  readonly first: number;
  readonly #bytes: Bytes;
  readonly #buckets: number;
  readonly #words: number;
  readonly #shift: number;
  readonly #wordBits: number;
  readonly #steps = new Steps();

  constructor(bytes: Bytes, elfClass: 32 | 64) {
    this.#bytes = bytes;
    this.#wordBits = elfClass;
    this.#buckets = bytes.u32(0);
    this.first = bytes.u32(4);
    this.#words = bytes.u32(8);
    this.#shift = bytes.u32(12);
  }

  /** Each bucket is empty or leads to one of the symbols. */
  isWhole(count: number): boolean {
    const bucketsAt = 16 + (this.#words * this.#wordBits) / 8;
    if (this.#buckets === 0 || this.#words === 0) return false;
    if (bucketsAt + this.#buckets * 4 > this.#bytes.length) return false;
    for (let bucket = 0; bucket < this.#buckets; bucket++) {
      const start = this.#bytes.u32(bucketsAt + bucket * 4);
      if (start !== 0 && (start < this.first || start >= count)) return false;
    }
    return true;
  }

  leadsTo(name: string, index: number): boolean {
    const hash = gnuHash(name);
    const bucketsAt = 16 + (this.#words * this.#wordBits) / 8;
    const chainsAt = bucketsAt + this.#buckets * 4;
    if (index < this.first || this.#buckets === 0 || this.#words === 0 || this.#shift > 31) return false;
    if (!this.#passesFilter(hash)) return false;
    const bucketAt = bucketsAt + (hash % this.#buckets) * 4;
    if (bucketAt + 4 > this.#bytes.length) return false;
    const start = this.#bytes.u32(bucketAt);
    const linkAt = chainsAt + (index - this.first) * 4;
    if (start < this.first || start > index || linkAt + 4 > this.#bytes.length) return false;
    return ((this.#bytes.u32(linkAt) ^ hash) & ~1) === 0 && this.#isUnbroken(chainsAt, start, index);
  }

  #passesFilter(hash: number): boolean {
    const word = Math.floor(hash / this.#wordBits) % this.#words;
    return [hash, hash >>> this.#shift].every((value) => {
      const bit = value % this.#wordBits;
      const at = 16 + (word * this.#wordBits) / 8;
      if (at + this.#wordBits / 8 > this.#bytes.length) return false;
      return this.#bit(at, bit);
    });
  }

  #bit(at: number, bit: number): boolean {
    const half = bit >= 32 ? 1 : 0;
    const high = this.#wordBits === 64 && this.#bytes.isBigEndian ? 1 - half : half;
    return ((this.#bytes.u32(at + high * 4) >>> (bit % 32)) & 1) === 1;
  }

  /** No entry before `index` ends the chain of its bucket. */
  #isUnbroken(chainsAt: number, start: number, index: number): boolean {
    for (let link = start; link < index; link++) {
      if (!this.#steps.take()) return false;
      if ((this.#bytes.u32(chainsAt + (link - this.first) * 4) & 1) === 1) return false;
    }
    return true;
  }
}

/** Each bucket and each link of DT_HASH is empty or names a symbol, and no two name the same one. */
function isWholeSysv(bytes: Bytes, count: number): boolean {
  const links = bytes.u32(0) + bytes.u32(4);
  if ((2 + links) * 4 > bytes.length) return false;
  const named = new Uint8Array(count);
  for (let index = 0; index < links; index++) {
    const symbol = bytes.u32(8 + index * 4);
    if (symbol === 0) continue;
    if (symbol >= count || named[symbol] === 1) return false;
    named[symbol] = 1;
  }
  return true;
}

function leadsBySysv(bytes: Bytes, name: string, index: number, steps: Steps): boolean {
  const [buckets, chains] = [bytes.u32(0), bytes.u32(4)];
  if (buckets === 0 || (2 + buckets + chains) * 4 > bytes.length) return false;
  let link = bytes.u32(8 + (sysvHash(name) % buckets) * 4);
  while (link !== 0 && link < chains && steps.take()) {
    if (link === index) return true;
    link = bytes.u32(8 + (buckets + link) * 4);
  }
  return false;
}

function tableAt(reader: RangeReader, segments: readonly Segment[], address: number | null): Bytes | null {
  const range = address === null ? null : fileRangeOf(segments, address);
  if (address !== null && (range === null || address % 4 !== 0))
    reader.defect('symbols', 'a hash table lies in no PT_LOAD segment');
  if (range === null) return null;
  const bytes = reader.read(
    'symbols',
    range.offset,
    Math.min(range.available, maxTable, reader.size - range.offset),
  );
  return bytes.length < 16 ? null : bytes;
}

/** Sections of older linkers are local, and what is undefined is in DT_HASH only. */
const isHashed = ({ defined, binding, name }: DynamicSymbol): boolean =>
  defined && binding !== STB_LOCAL && name !== '';

/** Numbers of at most `samples` symbols from `first` on, spread over all of them. */
function spread(first: number, count: number): number[] {
  const step = Math.max(1, Math.floor((count - first) / samples));
  const numbers: number[] = [];
  for (let index = first; index < count && numbers.length <= samples; index += step) numbers.push(index);
  return numbers;
}

/** Records a defect when a hash table does not lead to symbols that it should lead to: loaders find nothing by it. */
export function checkHashTables(
  reader: RangeReader,
  segments: readonly Segment[],
  tags: DynamicTags,
  machine: number,
  symbols: readonly DynamicSymbol[],
): void {
  const gnu = tableAt(reader, segments, tags.value(DT_GNU_HASH));
  if (gnu !== null) {
    const table = new GnuHashTable(gnu, reader.layout.class);
    const lost = spread(1, symbols.length).some((index) => {
      const symbol = symbols[index];
      return symbol !== undefined && isHashed(symbol) && !table.leadsTo(symbol.name, index);
    });
    if (lost || !table.isWhole(symbols.length))
      reader.defect('symbols', 'DT_GNU_HASH does not lead to the symbols');
  }
  // Entries of 8 bytes there (hash-tables.ts).
  if (reader.layout.class === 64 && (machine === EM_S390 || machine === EM_ALPHA)) return;
  const sysv = tableAt(reader, segments, tags.value(DT_HASH));
  if (sysv === null) return;
  const hashed = spread(1, symbols.length).filter((index) => (symbols[index]?.name ?? '') !== '');
  const steps = new Steps();
  const isLost = (index: number) => !leadsBySysv(sysv, symbols[index]?.name ?? '', index, steps);
  if (!isWholeSysv(sysv, symbols.length) || hashed.some(isLost))
    reader.defect('symbols', 'DT_HASH does not lead to the symbols');
}
