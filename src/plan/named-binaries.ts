import { archiveOf } from '../binary/archive/named-archive.ts';
import { type BinaryFile, danglingLink, readBinary } from '../binary/binary-file.ts';
import { fileCapability } from '../binary/file-capability.ts';
import { type BinaryPath, findBinaries, standsAt } from '../binary/find-binaries.ts';
import { KnownHashes } from '../binary/known-hashes.ts';
import { decodeInPlace } from '../elf/fixed-tables.ts';
import { kindOf } from '../elf/kind.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import type { KnownFile } from '../image/layer/folder-layer.ts';
import { namedArchive } from './archive-binaries.ts';
import type { CheckInput } from './check-input.ts';
import { copiedLayer, entryPath } from './copied-layers.ts';
import { type FolderBinary, folderBuilds } from './folder-builds.ts';
import type { NamedBinary } from './named-binary.ts';
import type { NamedCollection } from './named-collection.ts';

/** So many files that were named themselves stay in memory between two images; others are read again. */
const maxKept = 16;

/** `read`, with the files of the last few paths kept. */
function keepingRecent(read: (path: string) => BinaryFile): (path: string) => BinaryFile {
  const kept = new Map<string, BinaryFile>();
  return (path) => {
    const file = kept.get(path) ?? read(path);
    kept.set(path, file);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return file;
  };
}

function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}

const failing = (error: unknown) => (): never => {
  throw error;
};

/** The ELF files of a folder. All are read at once: the layer that the folder becomes needs the facts of each. */
function binariesOfFolder(
  folder: string,
  paths: readonly BinaryPath[],
  at: string | null,
  read: (path: string) => BinaryFile,
): FolderBinary[] {
  const known = new Map<string, KnownFile>();
  const root = standsAt({ path: folder, folder: { path: folder, inside: '' } }, at);
  const folderLayer = once(() => copiedLayer(folder, root, known));
  return paths.map((where) => {
    const inside = where.folder?.inside ?? where.path;
    const named = { path: where.path, inside, destination: standsAt(where, at), folderLayer };
    try {
      const file = read(where.path);
      known.set(entryPath(named.destination), file);
      return { ...named, elf: file.elf, read: () => file };
    } catch (error) {
      return { ...named, elf: null, read: failing(error) };
    }
  });
}

/** The kernel asks for the file capabilities of programs alone. */
function withCapability(file: BinaryFile): BinaryFile {
  if (file.elf === null || kindOf(file.elf) === 'shared-object' || (file.mode & 0o111) === 0) return file;
  const capability = fileCapability(file.path);
  return capability === null ? file : { ...file, capability };
}

/**
 * The binaries and archives of a call, in its order. One that cannot be found or read is there too: its `read` throws.
 * `onSkipped` gets what folders hold besides.
 */
export async function namedBinaries(
  {
    binaries,
    at: place,
    sha256 = true,
    onSkipped,
  }: Pick<CheckInput, 'binaries' | 'at' | 'sha256' | 'onSkipped'>,
  store: CacheStore | null,
): Promise<(NamedBinary | NamedCollection)[]> {
  const at = place ?? null;
  const wanted = { sha256, hashes: store === null ? null : new KnownHashes(store) };
  const ofFolder = { ...wanted, decode: decodeInPlace };
  const readNamed = keepingRecent((path) => danglingLink(path) ?? withCapability(readBinary(path, wanted)));
  const named: (NamedBinary | NamedCollection)[] = [];
  for (const word of binaries) {
    let path = word;
    const itself = { path, folderLayer: () => null };
    try {
      const archive = archiveOf(word);
      if (archive !== null) {
        path = archive.archive;
        named.push(await namedArchive(archive.archive, archive.member, at, wanted));
        continue;
      }
      const { paths, skipped } = findBinaries(word);
      if (paths.some(({ folder }) => folder !== null)) {
        const files = binariesOfFolder(word, paths, at, (path) => readBinary(path, ofFolder));
        const builds = folderBuilds(word, files, skipped);
        if (builds === null) for (const each of skipped) onSkipped?.(each);
        named.push(...(builds === null ? files : [builds]));
        continue;
      }
      for (const where of paths)
        named.push({ ...itself, destination: standsAt(where, at), read: () => readNamed(where.path) });
    } catch (error) {
      named.push({ ...itself, path, destination: word, read: failing(error) });
    }
  }
  return named;
}
