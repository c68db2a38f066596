import type { LayerIndex } from '../image/image.ts';
import type { Rootfs } from './rootfs.ts';
import { Tree } from './tree.ts';
import { type LowerLinks, TreeBuilder } from './tree-builder.ts';

/** Layers as one tree. */
export interface Squashed {
  readonly rootfs: Rootfs;
  /** A folder of an upper layer whose path goes through a link of a lower one: the tree then depends on `LowerLinks`. */
  readonly crossedLink: string | null;
  /** What no engine can unpack: an entry below a file, a hard link to nothing. Null when there is none. */
  readonly refused: string | null;
}

/**
 * Merges layers, lowest first, into one tree by the OCI image spec's changeset rules and the behaviour of engines
 * (I1 whiteouts and opaque directories, I2 parents through links, I3 hard links).
 */
export function squash(layers: readonly LayerIndex[], lowerLinks: LowerLinks): Squashed {
  const builder = new TreeBuilder(null, 1, 0, lowerLinks);
  for (const layer of layers) builder.apply(layer);
  return { rootfs: new Tree(builder), crossedLink: builder.crossedLink, refused: builder.refused };
}
