import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** `layer`: an index of one layer by its digest or diffID; `document`: manifests, indexes and configurations by digest; `tag`: the digest that a name last led to. */
export const cacheKinds = ['layer', 'document', 'tag'] as const;
export type CacheKind = (typeof cacheKinds)[number];

/** What a cache holds. */
export interface CacheUsage {
  readonly folder: string;
  readonly entries: number;
  /** Bytes of all entries. */
  readonly size: number;
  readonly limit: number;
}

interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** When it was last used, in milliseconds. */
  readonly usedAt: number;
}

/** The version of the layout; another one lies beside it and is not touched. */
const formatVersion = 'v1';
export const defaultCacheLimit = 1024 ** 3;
/** A file that a process left half-written is removed after this many milliseconds. */
const abandonedAfter = 60 * 60 * 1000;
const temporaryPrefix = '.tmp-';

/**
 * A content-addressed store of small files that many processes may use at once: an entry is written beside its place and
 * renamed into it, so that a reader sees all of it or nothing, also after a kill. A cache that cannot be written is no
 * error: it only keeps nothing.
 */
export class CacheStore {
  readonly folder: string;
  readonly limit: number;

  /** `folder` is the cache folder of this program, `limit` its size in bytes. */
  constructor(folder: string, limit: number = defaultCacheLimit) {
    this.folder = folder;
    this.limit = limit;
  }

  #path(kind: CacheKind, key: string): string {
    const name = createHash('sha256').update(key).digest('hex');
    return join(this.folder, formatVersion, kind, name.slice(0, 2), name.slice(2));
  }

  /** The bytes under a key; null when there are none. Marks the entry as used. */
  read(kind: CacheKind, key: string): Buffer | null {
    const path = this.#path(kind, key);
    try {
      const bytes = readFileSync(path);
      const now = new Date();
      utimesSync(path, now, now);
      return bytes;
    } catch {
      return null;
    }
  }

  has(kind: CacheKind, key: string): boolean {
    return statSync(this.#path(kind, key), { throwIfNoEntry: false }) !== undefined;
  }

  /** Stores an entry whole or not at all, then keeps the cache within its limit. */
  write(kind: CacheKind, key: string, bytes: Uint8Array): void {
    if (bytes.length > this.limit) return;
    const path = this.#path(kind, key);
    const folder = join(path, '..');
    const temporary = join(folder, `${temporaryPrefix}${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const fd = openSync(temporary, 'wx', 0o600);
      try {
        writeSync(fd, bytes);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true });
      return;
    }
    this.prune(this.limit);
  }

  /** Drops an entry, such as a damaged one. */
  drop(kind: CacheKind, key: string): void {
    try {
      rmSync(this.#path(kind, key), { force: true });
    } catch {
      // A cache that cannot be written keeps its entry.
    }
  }

  #files(): StoredFile[] {
    const files: StoredFile[] = [];
    const root = join(this.folder, formatVersion);
    let names: string[];
    try {
      names = readdirSync(root, { recursive: true, encoding: 'utf8' });
    } catch {
      return files;
    }
    for (const name of names) {
      const path = join(root, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() === true) files.push({ path, size: stats.size, usedAt: stats.mtimeMs });
    }
    return files;
  }

  usage(): CacheUsage {
    const files = this.#files();
    const size = files.reduce((sum, file) => sum + file.size, 0);
    return { folder: this.folder, entries: files.length, size, limit: this.limit };
  }

  /** Removes what was used longest ago until at most `limit` bytes are left, and abandoned temporary files. */
  prune(limit: number): { readonly removed: number; readonly freed: number } {
    const files = this.#files().sort((a, b) => a.usedAt - b.usedAt);
    let size = files.reduce((sum, file) => sum + file.size, 0);
    let removed = 0;
    let freed = 0;
    for (const file of files) {
      const abandoned = file.path.includes(temporaryPrefix) && Date.now() - file.usedAt > abandonedAfter;
      if (size <= limit && !abandoned) continue;
      try {
        rmSync(file.path, { force: true });
      } catch {
        continue;
      }
      size -= file.size;
      freed += file.size;
      removed++;
    }
    return { removed, freed };
  }

  /** Removes everything of this format. */
  clear(): { readonly removed: number; readonly freed: number } {
    return this.prune(0);
  }
}

/** `$XDG_CACHE_HOME/libc-check`, or the place that the system has for caches; null without a home. */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>>): string | null {
  const base = env['XDG_CACHE_HOME'];
  if (base?.startsWith('/') === true) return join(base, 'libc-check');
  const home = env['HOME'];
  return home ? join(home, '.cache', 'libc-check') : null;
}
