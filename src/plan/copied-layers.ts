import { basename, posix } from 'node:path';
import type { BinaryFile } from '../binary/binary-file.ts';
import { pathFromText } from '../image/entry-path.ts';
import type { LayerEntry, LayerIndex } from '../image/image.ts';
import { indexFile, type KnownFile } from '../image/layer/folder-layer.ts';
import { LongWork } from '../image/long-work.ts';
import { isFolder } from '../image/path-status.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { CheckInput } from './check-input.ts';

/** A path of the call as the raw bytes that paths of images are, without slashes around it. */
export const entryPath = (path: string): string =>
  posix.normalize(pathFromText(path)).replace(/^\/+|\/+$/g, '');

/**
 * A file on disk, or what a folder holds, as it stands at `destination`, owned by root as `COPY` makes it. `known` are files,
 * by their entry paths, that need not be read again. Throws ImageError.
 */
export async function copiedLayer(
  source: string,
  destination: string,
  work?: LongWork,
  known?: ReadonlyMap<string, KnownFile>,
): Promise<LayerIndex> {
  const { entries } = await indexFile(source, entryPath(destination), known, work);
  const copied = entries[0]?.type === 'directory' ? entries.slice(1) : entries;
  return { diffID: null, entries: copied.map((entry) => ({ ...entry, uid: 0, gid: 0 })) };
}

/**
 * Makes the layers of `--add`, each read once: a file goes to DEST, or into it when DEST ends in a slash or is a folder of
 * the image; a folder's content goes to DEST.
 */
export class AddedLayers {
  readonly #layers = new Map<string, LayerIndex>();
  readonly #work: LongWork;

  constructor(work = new LongWork()) {
    this.#work = work;
  }

  /** The layer that one `--add` becomes in an image with this tree. Throws ImageError. */
  of({ source, destination }: NonNullable<CheckInput['add']>[number], rootfs: Rootfs): Promise<LayerIndex> {
    if (isFolder(source)) return this.#copied(source, destination);
    const found = rootfs.lookup(pathFromText(destination));
    const intoFolder = destination.endsWith('/') || (found.ok && found.inode.type === 'directory');
    return this.#copied(source, intoFolder ? `${destination}/${basename(source)}` : destination);
  }

  async #copied(source: string, destination: string): Promise<LayerIndex> {
    const key = `${source}\0${destination}`;
    const layer = this.#layers.get(key) ?? (await copiedLayer(source, destination, this.#work));
    this.#layers.set(key, layer);
    return layer;
  }
}

/** The binary alone, owned by root, at a path of the image; a link that dangles here stays a link, as `COPY` of its folder keeps it. */
export function binaryLayer(binary: BinaryFile, at: string): LayerIndex {
  const { size, mode, content, danglingTo, capability = null } = binary;
  const base = { path: at.replace(/^\/+/, ''), mode, uid: 0, gid: 0 };
  const entry: LayerEntry =
    danglingTo === undefined
      ? { ...base, type: 'file', size, content, capability }
      : { ...base, type: 'symlink', target: danglingTo };
  return { diffID: null, entries: [entry] };
}
