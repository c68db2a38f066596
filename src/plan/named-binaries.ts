import { archiveOf } from '../binary/archive/named-archive.ts';
import { type BinaryFile, danglingLink, readBinary, readHashedBinary } from '../binary/binary-file.ts';
import { type BinaryPath, findBinaries, standsAt } from '../binary/find-binaries.ts';
import { KnownHashes } from '../binary/known-hashes.ts';
import { decodeInPlace, type FixedTablesDecoder } from '../elf/fixed-tables.ts';
import { kindOf } from '../elf/kind.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import { fileCapabilities } from '../image/capability/file-capabilities.ts';
import type { KnownFile } from '../image/layer/folder-layer.ts';
import type { LongWork } from '../image/long-work.ts';
import { namedArchive } from './archive-binaries.ts';
import type { CheckInput } from './check-input.ts';
import { copiedLayer, entryPath } from './copied-layers.ts';
import { type FolderBinary, folderBuilds } from './folder-builds.ts';
import type { NamedBinary } from './named-binary.ts';
import type { NamedCollection } from './named-collection.ts';

/** So many files that were named themselves stay in memory between two images; others are read again. */
const maxKept = 16;

type Read = (path: string) => Promise<BinaryFile>;

/** `read`, with the files of the last few paths kept. */
function keepingRecent(read: Read): Read {
  const kept = new Map<string, BinaryFile>();
  return async (path) => {
    const file = kept.get(path) ?? (await read(path));
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
async function binariesOfFolder(
  folder: string,
  paths: readonly BinaryPath[],
  at: string | null,
  read: Read,
  work: LongWork,
): Promise<FolderBinary[]> {
  const known = new Map<string, KnownFile>();
  const root = standsAt({ path: folder, folder: { path: folder, inside: '' } }, at);
  const folderLayer = once(() => copiedLayer(folder, root, work, known));
  const files: FolderBinary[] = [];
  for (const where of paths) {
    if (work.isDue) await work.pause(`reading ${folder}: ${files.length + 1} of ${paths.length} binaries`);
    const inside = where.folder?.inside ?? where.path;
    const named = { path: where.path, inside, destination: standsAt(where, at), folderLayer };
    try {
      const file = await read(where.path);
      known.set(entryPath(named.destination), file);
      files.push({ ...named, elf: file.elf, read: () => file });
    } catch (error) {
      work.throwIfAborted();
      files.push({ ...named, elf: null, read: failing(error) });
    }
  }
  return files;
}

/** The kernel asks for the file capabilities of programs alone. */
function withCapability(file: BinaryFile): BinaryFile {
  if (file.elf === null || kindOf(file.elf) === 'shared-object' || (file.mode & 0o111) === 0) return file;
  const capability = fileCapabilities([file.path]).get(file.path);
  return capability === undefined ? file : { ...file, capability };
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
  work: LongWork,
): Promise<(NamedBinary | NamedCollection)[]> {
  const at = place ?? null;
  const hashes = store === null ? null : new KnownHashes(store);
  const read = async (path: string, decode?: FixedTablesDecoder): Promise<BinaryFile> =>
    sha256 ? readHashedBinary(path, { hashes, work, decode }) : readBinary(path, decode);
  const readNamed = keepingRecent(async (path) => danglingLink(path) ?? withCapability(await read(path)));
  const named: (NamedBinary | NamedCollection)[] = [];
  for (const word of binaries) {
    let path = word;
    const itself = { path, folderLayer: () => null };
    try {
      const archive = archiveOf(word);
      if (archive !== null) {
        path = archive.archive;
        const itself = () => readNamed(path);
        named.push(await namedArchive(path, archive.member, at, { sha256, work, read: itself }));
        continue;
      }
      const { paths, skipped } = await findBinaries(word, work);
      if (paths.some(({ folder }) => folder !== null)) {
        const readInPlace = (path: string) => read(path, decodeInPlace);
        const files = await binariesOfFolder(word, paths, at, readInPlace, work);
        const builds = folderBuilds(word, files, skipped);
        if (builds === null) for (const each of skipped) onSkipped?.(each);
        named.push(...(builds === null ? files : [builds]));
        continue;
      }
      for (const where of paths)
        named.push({ ...itself, destination: standsAt(where, at), read: () => readNamed(where.path) });
    } catch (error) {
      work.throwIfAborted();
      named.push({ ...itself, path, destination: word, read: failing(error) });
    }
  }
  return named;
}
