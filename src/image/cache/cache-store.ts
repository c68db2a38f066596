import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createHash, randomBytes } from '../layer/hash.ts';
import { readRegularFile } from '../regular-file.ts';
import { compiledCodePattern } from './compiled-code.ts';

/**
 * `layer`: the index of a layer by its diffID. `alias`: the diffID of a compressed layer by its digest. `document`: manifests,
 * indexes, configurations and tables of contents by digest. `tag`: what a name last led to. `file`: what is kept of one file of
 * a layer that was not read whole. `sha256`: of a large file on disk.
 */
const cacheKinds = ['layer', 'alias', 'document', 'tag', 'file', 'sha256'] as const;
export type CacheKind = (typeof cacheKinds)[number];

/** What a cache holds. */
export interface CacheUsage {
  readonly folder: string;
  readonly entries: number;
  /** Bytes of all entries. */
  readonly size: number;
  readonly limit: number;
}

/** What was taken out of a cache. */
export interface CacheRemoval {
  readonly removed: number;
  /** Bytes. */
  readonly freed: number;
}

interface StoredFile {
  readonly path: string;
  readonly size: number;
  /** When it was last used, in milliseconds. */
  readonly usedAt: number;
  readonly temporary: boolean;
}

/**
 * The version of the layout and of what an index holds: to be raised when either changes, so that no program reads what
 * another one understood differently. Entries of other versions are left alone until they are the oldest.
 */
const formatVersion = 'v5';
export const defaultCacheLimit = 1024 ** 3;
/** A file that a process left half-written is removed after this many milliseconds. */
const abandonedAfter = 60 * 60 * 1000;
const temporaryPrefix = '.tmp-';
/** Only what this program itself puts into a cache is ever removed from its folder. */
const entryPattern = new RegExp(
  `^(?:${compiledCodePattern})$|^v\\d+/(?:${cacheKinds.join('|')})/[0-9a-f]{2}/(?:[0-9a-f]{62}|\\.tmp-\\d+-[0-9a-f]{12})$`,
);
/** The share of the limit that may be written before the whole is measured and, past the limit, made smaller. */
const measuredEvery = 1 / 20;

/**
 * A store of small files that many processes may use at once: an entry is written beside its place and renamed into it, so
 * that a reader sees all of it or nothing, also after a kill. What an entry holds is for its reader to check. A cache that
 * cannot be written is no error: it only keeps nothing.
 */
export class CacheStore {
  readonly folder: string;
  readonly limit: number;
  #unmeasured: number;

  /**
   * `folder` is the cache folder of this program, `limit` its size in bytes. Processes that write little each measure the
   * whole now and then, by `chance` (0 to 1), so that together they do it as often as one that writes much.
   */
  constructor(folder: string, limit: number = defaultCacheLimit, chance: number = Math.random()) {
    this.folder = folder;
    this.limit = limit;
    this.#unmeasured = chance * limit * measuredEvery;
  }

  /** A key of 64 hex digits is a name as it is. */
  #path(kind: CacheKind, key: string): string {
    const name = /^[0-9a-f]{64}$/.test(key) ? key : createHash('sha256').update(key).digest('hex');
    return join(this.folder, formatVersion, kind, name.slice(0, 2), name.slice(2));
  }

  /** @internal The bytes under a key; null when there are none. Marks the entry as used. */
  read(kind: CacheKind, key: string): Buffer | null {
    const path = this.#path(kind, key);
    let bytes: Buffer;
    try {
      bytes = readRegularFile(path, this.limit);
    } catch {
      return null;
    }
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // A cache that may only be read is read all the same.
    }
    return bytes;
  }

  has(kind: CacheKind, key: string): boolean {
    return statSync(this.#path(kind, key), { throwIfNoEntry: false }) !== undefined;
  }

  /** Stores an entry whole or not at all, and keeps the cache near its limit. */
  write(kind: CacheKind, key: string, bytes: Uint8Array): void {
    if (bytes.length > this.limit) return;
    const path = this.#path(kind, key);
    const random = randomBytes(6).toString('hex');
    const temporary = join(dirname(path), `${temporaryPrefix}${process.pid}-${random}`);
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 });
      renameSync(temporary, path);
    } catch {
      remove(temporary);
      return;
    }
    this.#unmeasured += bytes.length;
    if (this.#unmeasured >= this.limit * measuredEvery) this.prune();
  }

  /** Drops an entry, such as a damaged one. */
  drop(kind: CacheKind, key: string): void {
    remove(this.#path(kind, key));
  }

  #files(): StoredFile[] {
    const names = versionsIn(this.folder).flatMap((version) =>
      namesBelow(version).map((name) => `${basename(version)}/${name}`),
    );
    return names
      .filter((name) => entryPattern.test(name))
      .flatMap((name) => {
        const path = join(this.folder, name);
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats?.isFile() !== true) return [];
        const temporary = name.includes(`/${temporaryPrefix}`);
        return [{ path, size: stats.size, usedAt: stats.mtimeMs, temporary }];
      });
  }

  usage(): CacheUsage {
    const files = this.#files().filter(({ temporary }) => !temporary);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    return { folder: this.folder, entries: files.length, size, limit: this.limit };
  }

  /** Removes what was used longest ago until at most `limit` bytes are left, and files that were never finished. */
  prune(): CacheRemoval {
    this.#unmeasured = 0;
    return this.#shrink(this.limit);
  }

  #shrink(limit: number): CacheRemoval {
    const files = this.#files().sort((a, b) => a.usedAt - b.usedAt);
    let size = files.reduce((sum, file) => sum + file.size, 0);
    let removed = 0;
    let freed = 0;
    for (const file of files) {
      const abandoned = file.temporary && Date.now() - file.usedAt > abandonedAfter;
      const goes = limit === 0 || abandoned || (size > limit && !file.temporary);
      if (!goes || !remove(file.path)) continue;
      size -= file.size;
      freed += file.size;
      removed++;
    }
    return { removed, freed };
  }

  /** Removes everything, and the folders that are empty then. */
  clear(): CacheRemoval {
    const removal = this.#shrink(0);
    for (const version of versionsIn(this.folder)) {
      for (const kind of cacheKinds) {
        const folder = join(version, kind);
        for (const name of namesIn(folder)) removeEmpty(join(folder, name));
        removeEmpty(folder);
      }
      removeEmpty(version);
    }
    return removal;
  }
}

/** The folders of entries in a cache. */
const versionsIn = (folder: string): string[] =>
  namesIn(folder)
    .filter((name) => name === 'code' || /^v\d+$/.test(name))
    .map((name) => join(folder, name));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { encoding: 'utf8' });
  } catch {
    return [];
  }
}

/** Another process may take files away while they are listed. */
function namesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return namesIn(folder).flatMap((name) => [
      name,
      ...namesBelow(join(folder, name)).map((below) => `${name}/${below}`),
    ]);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, or it is not ours to remove.
  }
}

/** False when the file is still there. */
function remove(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
