import { type BigIntStats, fstatSync } from 'node:fs';
import type { CacheStore } from '../image/cache/cache-store.ts';

/** A file that changed later than this, in nanoseconds, may change again with the same times: clocks tick 2 s on FAT. */
const tooFresh = 3_000_000_000n;

const digits = (value: bigint, count: number): string =>
  BigInt.asUintN(count * 4, value)
    .toString(16)
    .padStart(count, '0');

/** 64 hex digits that another file, or the same one after a change, does not have. */
const keyOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  digits(dev, 8) + digits(ino, 16) + digits(size, 12) + digits(mtimeNs, 16) + digits(ctimeNs, 12);

/**
 * Remembers the sha256 of files by their status, as git's index does: device, inode, size, and the times of
 * the last change of content and of inode, the second of which no program can set. Nothing is remembered about files
 * that changed just now.
 */
export class KnownHashes {
  readonly #store: CacheStore;
  readonly #now: () => number;

  constructor(store: CacheStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** The hash of an open file in lower-case hex: the remembered one, else the result of `hash`, which is then remembered. */
  async of(fd: number, hash: () => Promise<string>): Promise<string> {
    const before = fstatSync(fd, { bigint: true });
    const key = keyOf(before);
    const known = this.#read(key);
    if (known !== null) return known;
    const made = await hash();
    const newest = before.mtimeNs > before.ctimeNs ? before.mtimeNs : before.ctimeNs;
    const isSettled = newest < BigInt(this.#now()) * 1_000_000n - tooFresh;
    const isUnchanged = keyOf(fstatSync(fd, { bigint: true })) === key;
    if (isSettled && isUnchanged) this.#store.write('sha256', key, Buffer.from(made + made, 'hex'));
    return made;
  }

  /** An entry is the hash, twice: that shows a damaged one. */
  #read(key: string): string | null {
    const entry = this.#store.read('sha256', key);
    if (entry === null) return null;
    const text = entry.toString('hex');
    if (entry.length === 64 && text.slice(0, 64) === text.slice(64)) return text.slice(64);
    this.#store.drop('sha256', key);
    return null;
  }
}
