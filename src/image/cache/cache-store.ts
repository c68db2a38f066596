import { lstatSync, readdirSync, rmdirSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createHash } from '../layer/hash.ts';
import { compiledCodePattern } from './compiled-code.ts';
import {
  isOwnFile,
  readOwnFile,
  removeFile,
  temporaryPattern,
  temporaryPrefix,
  writeOwnFile,
} from './own-file.ts';
import { folderFault, isOwnFolder, makeOwnFolders } from './own-folder.ts';

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
  /** Why the folder is not used as a cache, in words that follow its name; null when it is. */
  readonly unused: string | null;
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
/** Only what this program itself puts into a cache is ever removed from its folder. */
const entryPattern = new RegExp(
  `^(?:${compiledCodePattern})$|^v\\d+/(?:${cacheKinds.join('|')})/[0-9a-f]{2}/(?:[0-9a-f]{62}|${temporaryPattern})$`,
);
/** The share of the limit that may be written before the whole is measured and, past the limit, made smaller. */
const measuredEvery = 1 / 20;

/**
 * A store of small files that many processes may use at once: an entry is written beside its place and renamed into it, so
 * that a reader sees all of it or nothing, also after a kill. What an entry holds is for its reader to check. A cache that
 * cannot be used is no error: it only keeps nothing. Verdicts rest on entries, so they and their folders belong to this user,
 * nobody else can write to them, and links among them are not followed.
 */
export class CacheStore {
  readonly folder: string;
  readonly limit: number;
  #unmeasured: number;
  /** Folders that were seen to be this user's own. */
  readonly #own = new Set<string>();

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

  /** Whether the folders that an entry is in are the user's, from the cache's own downwards. */
  #isAmongOwn(entry: string): boolean {
    const leaf = dirname(entry);
    if (this.#own.has(leaf)) return true;
    const kind = dirname(leaf);
    const isOwn = folderFault(this.folder) === null && [dirname(kind), kind, leaf].every(isOwnFolder);
    if (isOwn) this.#own.add(leaf);
    return isOwn;
  }

  /** @internal The bytes under a key; null when there are none. Marks the entry as used. */
  read(kind: CacheKind, key: string): Buffer | null {
    const path = this.#path(kind, key);
    return this.#isAmongOwn(path) ? readOwnFile(path, this.limit, true) : null;
  }

  has(kind: CacheKind, key: string): boolean {
    const path = this.#path(kind, key);
    return this.#isAmongOwn(path) && isOwnFile(path);
  }

  /** Stores an entry whole or not at all, and keeps the cache near its limit. */
  write(kind: CacheKind, key: string, bytes: Uint8Array): void {
    if (bytes.length > this.limit) return;
    const path = this.#path(kind, key);
    try {
      if (!makeOwnFolders(this.folder, [formatVersion, kind, basename(dirname(path))])) return;
      writeOwnFile(path, bytes);
    } catch {
      return;
    }
    this.#unmeasured += bytes.length;
    if (this.#unmeasured >= this.limit * measuredEvery) this.prune();
  }

  /** Drops an entry, such as a damaged one. */
  drop(kind: CacheKind, key: string): void {
    const path = this.#path(kind, key);
    if (this.#isAmongOwn(path)) removeFile(path);
  }

  #files(): StoredFile[] {
    const { code, leaves } = this.#folders();
    return [...code, ...leaves].flatMap((folder) =>
      namesIn(join(this.folder, folder)).flatMap((name) => {
        if (!entryPattern.test(`${folder}/${name}`)) return [];
        const path = join(this.folder, folder, name);
        const status = fileStatus(path);
        if (status === null) return [];
        const temporary = name.startsWith(temporaryPrefix);
        return [{ path, size: status.size, usedAt: status.mtimeMs, temporary }];
      }),
    );
  }

  /**
   * The folders that are the user's own, from that of the cache: of compiled code; `vN` and `vN/KIND`; and `vN/KIND/ab`, which has
   * entries. None where this is no cache.
   */
  #folders(): Record<'code' | 'versions' | 'kinds' | 'leaves', string[]> {
    if (folderFault(this.folder) !== null) return { code: [], versions: [], kinds: [], leaves: [] };
    const own = (names: readonly string[]) => names.filter((name) => isOwnFolder(join(this.folder, name)));
    const versions = own(namesIn(this.folder).filter((name) => /^v\d+$/.test(name)));
    const kinds = own(versions.flatMap((version) => cacheKinds.map((kind) => `${version}/${kind}`)));
    const leaves = own(
      kinds.flatMap((kind) => namesIn(join(this.folder, kind)).map((name) => `${kind}/${name}`)),
    );
    return { code: own(['code']), versions, kinds, leaves };
  }

  usage(): CacheUsage {
    const files = this.#files().filter(({ temporary }) => !temporary);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const unused = folderFault(this.folder);
    return { folder: this.folder, entries: files.length, size, limit: this.limit, unused };
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
      if (!goes || !removeFile(file.path)) continue;
      size -= file.size;
      freed += file.size;
      removed++;
    }
    return { removed, freed };
  }

  /** Removes everything, and the folders that are empty then. */
  clear(): CacheRemoval {
    const removal = this.#shrink(0);
    const { code, versions, kinds, leaves } = this.#folders();
    for (const folder of [...leaves, ...kinds, ...versions, ...code]) removeEmpty(join(this.folder, folder));
    return removal;
  }
}

/** Null for all but regular files. */
function fileStatus(path: string): Stats | null {
  try {
    const status = lstatSync(path);
    return status.isFile() ? status : null;
  } catch {
    // Another process may have taken it away meanwhile.
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { encoding: 'utf8' });
  } catch {
    // Another process may have taken it away meanwhile.
    return [];
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, or it is not ours to remove.
  }
}
