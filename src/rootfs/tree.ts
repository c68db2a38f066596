import type { LayerEntry, LayerIndex } from '../image/image.ts';
import { anyName, NodeView, type OverlaidFile } from './node-view.ts';
import { type Query, QueryMemo } from './query-memo.ts';
import type { ReadSet } from './read-set.ts';
import type { DirectoryEntry, Lookup, LookupOptions, Rootfs } from './rootfs.ts';
import { inodeOf, TreeBuilder } from './tree-builder.ts';
import { refusal, type Walk, walk, walkStepwise } from './walk.ts';

/** Where one file overlays another tree. */
interface Overlay extends OverlaidFile {
  readonly tree: Tree;
  /** Real path of the directory. */
  readonly path: string;
  /** The layer that brings the file. */
  readonly layer: LayerIndex;
}

const lookupOf = (found: Walk): Lookup =>
  'node' in found ? { ok: true, path: found.path, inode: found.node.inode } : found;

/** A merged tree in memory. A layer of one file is an overlay, which shares all nodes; any other layer is built. */
export class Tree implements Rootfs {
  readonly #view: NodeView;
  readonly #nextId: number;
  readonly #layers: number;
  readonly #overlay: Overlay | null;
  readonly #memo: QueryMemo;
  #built: Tree | null = null;

  constructor(
    { root, nextId, layer }: Pick<TreeBuilder, 'root' | 'nextId' | 'layer'>,
    overlay: Overlay | null = null,
  ) {
    this.#view = new NodeView(root, overlay);
    this.#nextId = nextId;
    this.#layers = layer;
    this.#overlay = overlay;
    const base =
      overlay === null
        ? null
        : { memo: overlay.tree.#memo, place: { directory: overlay.path, name: overlay.name } };
    this.#memo = new QueryMemo((reads) => this.#observed(reads), base);
  }

  lookup(path: string, options: LookupOptions = {}): Lookup {
    return lookupOf(walk(this.#view, path, options));
  }

  list(path: string, pattern: RegExp = anyName): readonly DirectoryEntry[] {
    const found = walk(this.#view, path, {});
    return 'node' in found ? this.#view.listing(found.node, pattern) : [];
  }

  query<T>(query: Query<T>): T {
    return this.#memo.ask(query, null);
  }

  /** This tree; it adds every read to `reads`. */
  #observed(reads: ReadSet): Rootfs {
    const walkObserved = (path: string, options: LookupOptions) =>
      refusal(path) ?? walkStepwise(this.#view, path, options, reads);
    return {
      lookup: (path, options = {}) => lookupOf(walkObserved(path, options)),
      list: (path, pattern = anyName) => {
        const found = walkObserved(path, {});
        if (!('node' in found)) return [];
        reads.addListing(found.path, pattern);
        return this.#view.listing(found.node, pattern);
      },
      query: (query) => this.#memo.ask(query, reads),
      withLayer: (layer) => this.withLayer(layer),
    };
  }

  withLayer(layer: LayerIndex): Rootfs {
    const base = this.#withoutOverlay();
    const [entry, ...others] = layer.entries;
    const overlaid = entry?.type === 'file' && others.length === 0 ? base.#overlaidBy(entry, layer) : null;
    return overlaid ?? base.#with(layer);
  }

  #with(layer: LayerIndex): Tree {
    const builder = new TreeBuilder(this.#view.root, this.#nextId, this.#layers);
    builder.apply(layer);
    return new Tree(builder);
  }

  /** This tree with the overlaid file in its nodes. */
  #withoutOverlay(): Tree {
    if (this.#overlay === null) return this;
    this.#built ??= this.#overlay.tree.#with(this.#overlay.layer);
    return this.#built;
  }

  /** A tree that shares all nodes with this one; null where the directory of the file does not exist. */
  #overlaidBy(entry: Extract<LayerEntry, { type: 'file' }>, layer: LayerIndex): Tree | null {
    if (entry.path === '') return null;
    const slash = entry.path.lastIndexOf('/');
    const found = walk(this.#view, `/${entry.path.slice(0, Math.max(slash, 0))}`, {});
    if (!('node' in found) || found.node.children === null) return null;
    const { node: directory, path } = found;
    const inode = inodeOf(entry, this.#nextId, this.#layers);
    const file = { inode, children: null, listing: null, owner: this };
    return new Tree(
      { root: this.#view.root, nextId: this.#nextId + 1, layer: this.#layers + 1 },
      { tree: this, path, directory, name: entry.path.slice(slash + 1), file, layer },
    );
  }
}
