import { type BinaryPath, standsAt } from '../binary/find-binaries.ts';
import type { Image } from '../image/image.ts';
import type { KnownFile } from '../image/layer/folder-layer.ts';
import type { CheckInput } from '../plan/check-input.ts';
import { addedLayer, copiedLayer } from '../plan/copied-layers.ts';
import { type Rootfs } from '../rootfs/rootfs.ts';
import { type Squashed, squash } from '../rootfs/squash.ts';
import type { LowerLinks } from '../rootfs/tree-builder.ts';

/** The image's tree with what `--add` and the named folder bring. */
export class RootfsShelf {
  readonly #input: CheckInput;
  readonly #squashed = new WeakMap<Image, Squashed>();
  readonly #withFolder = new WeakMap<Image, Map<string, Rootfs>>();
  readonly #known: ReadonlyMap<string, ReadonlyMap<string, KnownFile>>;
  readonly #lowerLinks: LowerLinks;

  /** `known`: by named folder and entry path, the files whose facts were read to check them. */
  constructor(
    input: CheckInput,
    known: ReadonlyMap<string, ReadonlyMap<string, KnownFile>>,
    lowerLinks: LowerLinks,
  ) {
    this.#input = input;
    this.#known = known;
    this.#lowerLinks = lowerLinks;
  }

  /** See `Squashed`. */
  crossedLink(image: Image): string | null {
    return this.#base(image).crossedLink;
  }

  prepare(image: Image, where: BinaryPath): Rootfs {
    const base = this.#base(image).rootfs;
    if (where.folder === null) return base;
    const { path } = where.folder;
    const trees = this.#withFolder.get(image) ?? new Map<string, Rootfs>();
    this.#withFolder.set(image, trees);
    const known = trees.get(path);
    if (known !== undefined) return known;
    const at = standsAt({ path, folder: { path, inside: '' } }, this.#input.at ?? null);
    const rootfs = base.withLayer(copiedLayer(path, at, this.#known.get(path)));
    trees.set(path, rootfs);
    return rootfs;
  }

  #base(image: Image): Squashed {
    const known = this.#squashed.get(image);
    if (known !== undefined) return known;
    let { rootfs, crossedLink } = squash(image.content.layers, this.#lowerLinks);
    for (const add of this.#input.add ?? []) rootfs = rootfs.withLayer(addedLayer(add, rootfs));
    const base = { rootfs, crossedLink };
    this.#squashed.set(image, base);
    return base;
  }
}
