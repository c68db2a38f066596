import { type BinaryFile, danglingLink, readBinary } from '../binary/binary-file.ts';
import { fileCapability } from '../binary/file-capability.ts';
import { type BinaryPath, findBinaries, standsAt } from '../binary/find-binaries.ts';
import { KnownHashes } from '../binary/known-hashes.ts';
import { decodeInPlace } from '../elf/fixed-tables.ts';
import { kindOf } from '../elf/kind.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import type { LayerIndex } from '../image/image.ts';
import type { KnownFile } from '../image/layer/folder-layer.ts';
import type { CheckInput } from './check-input.ts';
import { copiedLayer, entryPath } from './copied-layers.ts';

/** A binary that the call names, by itself or by its folder. */
export interface NamedBinary {
  readonly path: string;
  /** Reads the file, or gives it as it was read before. Throws BinaryError. */
  read(): BinaryFile;
  /** Where it goes in an image, absolute. */
  readonly destination: string;
  /** The layer that its folder becomes in an image; null for a binary that was named itself. Throws ImageError. */
  folderLayer(): LayerIndex | null;
}

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
): NamedBinary[] {
  const known = new Map<string, KnownFile>();
  const root = standsAt({ path: folder, folder: { path: folder, inside: '' } }, at);
  const folderLayer = once(() => copiedLayer(folder, root, known));
  return paths.map((where) => {
    const named = { path: where.path, destination: standsAt(where, at), folderLayer };
    try {
      const file = read(where.path);
      known.set(entryPath(named.destination), file);
      return { ...named, read: () => file };
    } catch (error) {
      return { ...named, read: failing(error) };
    }
  });
}

/** The kernel asks for the file capabilities of programs alone. */
function withCapability(file: BinaryFile): BinaryFile {
  if (file.elf === null || kindOf(file.elf) === 'shared-object' || (file.mode & 0o111) === 0) return file;
  const capability = fileCapability(file.path);
  return capability === null ? file : { ...file, capability };
}

/** The binaries of a call, in its order. One that cannot be found or read is there too: its `read` throws. */
export function namedBinaries(
  { binaries, at: place, sha256 = true }: Pick<CheckInput, 'binaries' | 'at' | 'sha256'>,
  store: CacheStore | null,
): NamedBinary[] {
  const at = place ?? null;
  const wanted = { sha256, hashes: store === null ? null : new KnownHashes(store) };
  const ofFolder = { ...wanted, decode: decodeInPlace };
  const readNamed = keepingRecent((path) => danglingLink(path) ?? withCapability(readBinary(path, wanted)));
  return binaries.flatMap((word): NamedBinary[] => {
    const named = { path: word, folderLayer: () => null };
    try {
      const found = findBinaries(word);
      if (found.some(({ folder }) => folder !== null))
        return binariesOfFolder(word, found, at, (path) => readBinary(path, ofFolder));
      return found.map((where) => ({
        ...named,
        destination: standsAt(where, at),
        read: () => readNamed(where.path),
      }));
    } catch (error) {
      return [{ ...named, destination: word, read: failing(error) }];
    }
  });
}
