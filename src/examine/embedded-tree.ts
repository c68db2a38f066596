import { embeddedContent } from '../image/profiles/embedded-content.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

const mostCommon = { os: 'linux', architecture: 'amd64', variant: null } as const;

const trees = new Map<string, Rootfs | null>();

/**
 * The tree of an embedded image for amd64, by which the names of its libraries are known for other platforms too; null for an
 * image that is not embedded.
 */
export function embeddedTree(image: string): Rootfs | null {
  const known = trees.get(image);
  if (known !== undefined) return known;
  const content = embeddedContent(image, mostCommon);
  const tree = content === null ? null : mergedTree(content.layers, [], 'followed').rootfs;
  trees.set(image, tree);
  return tree;
}
