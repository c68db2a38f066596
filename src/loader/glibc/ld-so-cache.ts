import {
  EF_ARM_ABI_FLOAT_HARD,
  EF_LARCH_ABI_MODIFIER_MASK,
  EF_LARCH_ABI_SOFT_FLOAT,
  EF_RISCV_FLOAT_ABI,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { WorkLimit } from '../../rootfs/work-limit.ts';

/** One library of /etc/ld.so.cache (G20). */
export interface CacheEntry {
  readonly flags: number;
  readonly soname: string;
  readonly path: string;
  /** The glibc-hwcaps subdirectory that it lies in; null for an ordinary entry. */
  readonly hwcaps: string | null;
  /** The hwcap field of an ordinary entry: the legacy subdirectories that it lies in (G23). */
  readonly legacyHwcap: bigint;
}

const newMagic = 'glibc-ld.so.cache1.1';
const oldMagic = 'ld.so-1.7.0';
const extensionMagic = 0xeaa42174;
const maxEntries = 1_000_000;

const mostName = 4096;

/** ldconfig stores each string once, and no two entries share much of theirs. */
const readsOfEachByte = 16;

/** The strings of one cache. Throws WorkLimit where its entries name the same bytes again and again. */
class CacheStrings {
  readonly #bytes: Buffer;
  #left: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#left = readsOfEachByte * bytes.length;
  }

  /** Null for what is no string, and for one that is longer than any path. */
  at(offset: number): string | null {
    if (offset < 0 || offset >= this.#bytes.length) return null;
    const bytes = this.#bytes.subarray(offset, offset + mostName + 1);
    const length = bytes.indexOf(0);
    this.#left -= length < 0 ? bytes.length : length;
    if (this.#left < 0) throw new WorkLimit('the entries of ld.so.cache share their names');
    return length < 0 ? null : this.#bytes.toString('latin1', offset, offset + length);
  }
}

type Reader = (offset: number) => number;

/**
 * The loader counts the offsets of these names from the start of the file (`glibc_hwcaps_compare`), ldconfig from that of
 * the new part: where an old part comes first, no name is right and no glibc-hwcaps entry is ever chosen.
 */
function readHwcapsNames(file: Buffer, strings: CacheStrings, u32: Reader, extension: number): string[] {
  if (extension === 0 || extension + 8 > file.length || u32(extension) !== extensionMagic) return [];
  const count = Math.min(u32(extension + 4), 16);
  for (let index = 0; index < count; index++) {
    const at = extension + 8 + 16 * index;
    if (at + 16 > file.length) break;
    if (u32(at) !== 1) continue;
    const [offset, size] = [u32(at + 8), u32(at + 12)];
    if (offset + size > file.length) return [];
    return Array.from({ length: size >> 2 }, (_, i) => strings.at(u32(offset + 4 * i)) ?? '');
  }
  return [];
}

function readNewFormat(file: Buffer, start: number, endianness: 'little' | 'big'): CacheEntry[] {
  const u32: Reader = (at) => (endianness === 'little' ? file.readUInt32LE(at) : file.readUInt32BE(at));
  if (start + 48 > file.length) return [];
  const count = u32(start + 20);
  const flags = file[start + 28] ?? 0;
  if (flags !== 0 && (flags & 3) !== (endianness === 'little' ? 2 : 3)) return [];
  if (count > maxEntries || start + 48 + 24 * count > file.length) return [];
  const strings = new CacheStrings(file);
  const hwcapsNames = readHwcapsNames(file, strings, u32, u32(start + 32));
  const entries: CacheEntry[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + 48 + 24 * index;
    const [lowWord, highWord] =
      endianness === 'little' ? [u32(at + 16), u32(at + 20)] : [u32(at + 20), u32(at + 16)];
    const isExtension = (highWord & ~0x3ff) >>> 0 === 0x40000000;
    const soname = strings.at(start + u32(at + 4));
    const path = strings.at(start + u32(at + 8));
    if (soname === null || path === null) continue;
    entries.push({
      flags: u32(at),
      soname,
      path,
      hwcaps: isExtension ? (hwcapsNames[lowWord] ?? '') : null,
      legacyHwcap: isExtension ? 0n : (BigInt(highWord) << 32n) | BigInt(lowWord),
    });
  }
  return entries;
}

function readOldFormat(file: Buffer, endianness: 'little' | 'big'): CacheEntry[] {
  const u32: Reader = (at) => (endianness === 'little' ? file.readUInt32LE(at) : file.readUInt32BE(at));
  if (file.length < 16) return [];
  const count = u32(12);
  const base = 16 + 12 * count;
  if (count > maxEntries || base > file.length) return [];
  const strings = new CacheStrings(file);
  const entries: CacheEntry[] = [];
  for (let index = 0; index < count; index++) {
    const at = 16 + 12 * index;
    const soname = strings.at(base + u32(at + 4));
    const path = strings.at(base + u32(at + 8));
    if (soname !== null && path !== null) {
      entries.push({ flags: u32(at), soname, path, hwcaps: null, legacyHwcap: 0n });
    }
  }
  return entries;
}

const knownCaches = new WeakMap<Uint8Array, Partial<Record<'little' | 'big', readonly CacheEntry[]>>>();

/**
 * Reads ld.so.cache in the formats of `elf/dl-cache.c` (G20); a corrupt or foreign-endian file is an empty cache. The
 * same bytes are read once.
 */
export function readCache(bytes: Uint8Array, endianness: 'little' | 'big'): readonly CacheEntry[] {
  const known = knownCaches.get(bytes) ?? {};
  knownCaches.set(bytes, known);
  known[endianness] ??= decodeCache(bytes, endianness);
  return known[endianness];
}

function decodeCache(bytes: Uint8Array, endianness: 'little' | 'big'): readonly CacheEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const startsWith = (magic: string, at: number) => file.toString('latin1', at, at + magic.length) === magic;
  if (startsWith(newMagic, 0)) return readNewFormat(file, 0, endianness);
  if (!startsWith(oldMagic, 0) || file.length < 16) return [];
  const count = endianness === 'little' ? file.readUInt32LE(12) : file.readUInt32BE(12);
  const next = (16 + 12 * count + 7) & ~7;
  return count <= maxEntries && startsWith(newMagic, next)
    ? readNewFormat(file, next, endianness)
    : readOldFormat(file, endianness);
}

/** The cache flags that a loader accepts (`_DL_CACHE_DEFAULT_ID` and its relatives, G20). */
export function acceptedFlags(loader: ElfFile): readonly number[] {
  const is64 = loader.class === 64;
  switch (loader.machine) {
    case EM_X86_64:
      return is64 ? [0x0303] : [0x0803];
    case EM_S390:
      return is64 ? [0x0403] : [0x0003];
    case EM_PPC64:
      return [0x0503];
    case EM_ARM:
      return (loader.flags & EF_ARM_ABI_FLOAT_HARD) !== 0 ? [0x0903, 0x0003] : [0x0b03, 0x0003];
    case EM_AARCH64:
      return [0x0a03];
    case EM_RISCV:
      return (loader.flags & EF_RISCV_FLOAT_ABI) === 0 ? [0x0f03] : [0x1003];
    case EM_LOONGARCH:
      return (loader.flags & EF_LARCH_ABI_MODIFIER_MASK) === EF_LARCH_ABI_SOFT_FLOAT ? [0x1103] : [0x1203];
    default:
      return [0x0003, 0x0001];
  }
}

/** A name as `_dl_cache_libcmp` compares it: runs of digits are numbers. */
const normalName = (name: string): string =>
  name.replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, ''));

const knownNames = new WeakMap<readonly CacheEntry[], ReadonlyMap<string, readonly CacheEntry[]>>();

/** The entries by what their names compare as, in the order of the cache. */
function entriesByName(entries: readonly CacheEntry[]): ReadonlyMap<string, readonly CacheEntry[]> {
  const known = knownNames.get(entries);
  if (known !== undefined) return known;
  const byName = new Map<string, CacheEntry[]>();
  for (const entry of entries) {
    const name = normalName(entry.soname);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [entry]);
    else same.push(entry);
  }
  knownNames.set(entries, byName);
  return byName;
}

export interface CacheChoice {
  readonly accepted: readonly number[];
  /** glibc-hwcaps subdirectories that count, best first; empty before 2.33. */
  readonly hwcaps: readonly string[];
  /** Bits of the legacy hwcap field that an entry may have; none since 2.37. */
  readonly legacyHwcap: bigint;
}

/** The one entry that the loader would try (G20): the best glibc-hwcaps copy, else the first ordinary one; else null. */
export function chooseEntry(
  entries: readonly CacheEntry[],
  soname: string,
  choice: CacheChoice,
): CacheEntry | null {
  const named = entriesByName(entries).get(normalName(soname)) ?? [];
  const fitting = named.filter(
    (entry) => choice.accepted.includes(entry.flags) && (entry.legacyHwcap & ~choice.legacyHwcap) === 0n,
  );
  for (const name of choice.hwcaps) {
    const copy = fitting.find((entry) => entry.hwcaps === name);
    if (copy !== undefined) return copy;
  }
  return fitting.find((entry) => entry.hwcaps === null) ?? null;
}
