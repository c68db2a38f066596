import { BinaryError, type BinaryFile, readBinary } from '../binary/binary-file.ts';
import { type BinaryPath, findBinaries, standsAt } from '../binary/find-binaries.ts';
import { KnownHashes } from '../binary/known-hashes.ts';
import { decodeInPlace } from '../elf/fixed-tables.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import { ImageError } from '../image/image-error.ts';
import type { KnownFile } from '../image/layer/folder-layer.ts';
import type { CheckInput } from './check-input.ts';
import { entryPath } from './copied-layers.ts';

/** A binary that was read. */
export interface Binary {
  readonly where: BinaryPath;
  readonly file: BinaryFile;
}

export interface Failure {
  readonly problem: 'call' | 'unreadable';
  readonly reason: string;
}

/** The errors that are a result: the file or the image could not be read. Everything else is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof BinaryError || error instanceof ImageError)
    return { problem: error.code, reason: error.message };
  throw error;
}

/** Every binary that the call names, or why one could not be read. */
export function readBinaries(
  { binaries, sha256 = true }: CheckInput,
  store: CacheStore | null,
): (Binary | (Failure & { readonly path: string }))[] {
  const wanted = { sha256, hashes: store === null ? null : new KnownHashes(store) };
  const ofFolder = { ...wanted, decode: decodeInPlace };
  return binaries.flatMap((word) => {
    try {
      return findBinaries(word).map((where) => {
        try {
          return { where, file: readBinary(where.path, where.folder === null ? wanted : ofFolder) };
        } catch (error) {
          return { path: where.path, ...failureOf(error) };
        }
      });
    } catch (error) {
      return [{ path: word, ...failureOf(error) }];
    }
  });
}

/** The files of named folders, by the folder and by where they will stand in the image. */
export function filesOfFolders(
  binaries: ReturnType<typeof readBinaries>,
  at: string | null,
): ReadonlyMap<string, ReadonlyMap<string, KnownFile>> {
  const byFolder = new Map<string, Map<string, KnownFile>>();
  for (const binary of binaries) {
    if (!('file' in binary) || binary.where.folder === null) continue;
    const { path } = binary.where.folder;
    const files = byFolder.get(path) ?? new Map<string, KnownFile>();
    byFolder.set(path, files.set(entryPath(standsAt(binary.where, at)), binary.file));
  }
  return byFolder;
}
