import type { LayerIndex } from '../image/image.ts';
import type { Rootfs } from './rootfs.ts';
import { type Squashed, squash } from './squash.ts';
import type { LowerLinks } from './tree-builder.ts';

type Layers = readonly LayerIndex[];

const trees: Readonly<Record<LowerLinks, WeakMap<Layers, Squashed>>> = {
  followed: new WeakMap(),
  hidden: new WeakMap(),
};
const overlaid = new WeakMap<Rootfs, WeakMap<LayerIndex, Rootfs>>();

function withLayer(rootfs: Rootfs, layer: LayerIndex): Rootfs {
  const above = overlaid.get(rootfs) ?? new WeakMap<LayerIndex, Rootfs>();
  overlaid.set(rootfs, above);
  const tree = above.get(layer) ?? rootfs.withLayer(layer);
  above.set(layer, tree);
  return tree;
}

/**
 * The tree of an image's layers with `copied` on top, lowest first. A tree is merged once and kept as long as its layers are
 * held: starts in one image share its tree.
 */
export function mergedTree(layers: Layers, copied: Layers, lowerLinks: LowerLinks): Squashed {
  const known = trees[lowerLinks].get(layers);
  const squashed = known ?? squash(layers, lowerLinks);
  if (known === undefined) trees[lowerLinks].set(layers, squashed);
  return { ...squashed, rootfs: copied.reduce(withLayer, squashed.rootfs) };
}
