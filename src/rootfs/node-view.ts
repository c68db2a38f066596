import type { DirectoryEntry } from './rootfs.ts';
import type { Node } from './tree-builder.ts';

/** Matches every name; a listing by it is kept. */
export const anyName = /^/;

/** One file that lies over a tree whose nodes it does not change. */
export interface OverlaidFile {
  /** The node of the directory that it stands in. */
  readonly directory: Node;
  readonly name: string;
  readonly file: Node;
}

const sorted = (children: ReadonlyMap<string, Node>, pattern: RegExp): readonly DirectoryEntry[] =>
  [...children]
    .filter(([name]) => pattern === anyName || pattern.test(name))
    .map(([name, { inode }]) => ({ name, inode }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

/** The nodes of a finished tree with at most one file over them. Views share the nodes in which they do not differ. */
export class NodeView {
  readonly root: Node;
  readonly overlay: OverlaidFile | null;

  constructor(root: Node, overlay: OverlaidFile | null) {
    this.root = root;
    this.overlay = overlay;
  }

  child(node: Node, name: string): Node | undefined {
    if (this.overlay?.directory === node && this.overlay.name === name) return this.overlay.file;
    return node.children?.get(name);
  }

  /** The children of a node whose names match, sorted. */
  listing(node: Node, pattern: RegExp): readonly DirectoryEntry[] {
    if (node.children === null) return [];
    if (this.overlay?.directory === node)
      return sorted(new Map(node.children).set(this.overlay.name, this.overlay.file), pattern);
    node.listing ??= sorted(node.children, anyName);
    return pattern === anyName ? node.listing : node.listing.filter(({ name }) => pattern.test(name));
  }
}
