import type { LayerEntry, LayerIndex } from '../image/image.ts';
import { maySearch } from './permissions.ts';
import { type Place, Places } from './places.ts';
import type { DirectoryEntry, Lookup, LookupOptions, Rootfs } from './rootfs.ts';
import { inodeOf, maxLinks, type Node, TreeBuilder } from './tree-builder.ts';

const maxName = 255;
const maxPath = 4096;

/** Where a walk ends. */
type Walk = { readonly node: Node; readonly path: string } | Extract<Lookup, { ok: false }>;

const absolutePath = (path: string, { cwd }: LookupOptions): string =>
  path.startsWith('/') ? path : `${cwd ?? '/'}/${path}`;

/** What is no path to the kernel. */
function refusal(path: string): Extract<Lookup, { ok: false }> | null {
  if (path === '') return { ok: false, errno: 'ENOENT', at: '' };
  return path.length >= maxPath ? { ok: false, errno: 'ENAMETOOLONG', at: path } : null;
}

const sorted = (children: ReadonlyMap<string, Node>, pattern: RegExp): readonly DirectoryEntry[] =>
  [...children]
    .filter(([name]) => pattern === anyName || pattern.test(name))
    .map(([name, { inode }]) => ({ name, inode }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const anyName = /^/;

/** What was learnt of a tree, and where it was looked for. */
interface Learnt {
  readonly answer: unknown;
  readonly places: Places;
}

/** One file on top of a tree. */
interface Topping {
  readonly tree: Tree;
  readonly place: Place;
  /** The node of the directory that it stands in. */
  readonly directory: Node;
  readonly file: Node;
  readonly layer: LayerIndex;
}

export class Tree implements Rootfs {
  readonly #root: Node;
  readonly #nextId: number;
  readonly #layers: number;
  readonly #topping: Topping | null;
  #learnt: Map<unknown, Learnt> | null = null;
  #flattened: Tree | null = null;

  constructor(
    { root, nextId, layer }: Pick<TreeBuilder, 'root' | 'nextId' | 'layer'>,
    topping: Topping | null = null,
  ) {
    this.#root = root;
    this.#nextId = nextId;
    this.#layers = layer;
    this.#topping = topping;
  }

  lookup(path: string, options: LookupOptions = {}): Lookup {
    const found = this.#walk(path, options);
    return 'node' in found ? { ok: true, path: found.path, inode: found.node.inode } : found;
  }

  list(path: string, pattern: RegExp = anyName): readonly DirectoryEntry[] {
    const found = this.#walk(path, {});
    return 'node' in found ? this.#listing(found.node, pattern) : [];
  }

  /** The children of a node whose names match, sorted. Trees share the nodes in which they do not differ. */
  #listing(node: Node, pattern: RegExp): readonly DirectoryEntry[] {
    if (node.children === null) return [];
    const topping = this.#topping?.directory === node ? this.#topping : null;
    if (topping !== null)
      return sorted(new Map(node.children).set(topping.place.name, topping.file), pattern);
    node.listing ??= sorted(node.children, anyName);
    return pattern === anyName ? node.listing : node.listing.filter(({ name }) => pattern.test(name));
  }

  #child(node: Node, name: string): Node | undefined {
    if (this.#topping?.directory === node && this.#topping.place.name === name) return this.#topping.file;
    return node.children?.get(name);
  }

  learn<T>(question: (rootfs: Rootfs) => T): T {
    return this.#learn(question).answer as T;
  }

  #learn(question: (rootfs: Rootfs) => unknown): Learnt {
    let learnt = this.#learnt?.get(question);
    if (learnt !== undefined) return learnt;
    if (this.#topping !== null) {
      learnt = this.#topping.tree.#learn(question);
      if (!learnt.places.include(this.#topping.place)) return learnt;
    }
    const places = new Places();
    learnt = { answer: question(this.#watched(places)), places };
    this.#learnt ??= new Map();
    this.#learnt.set(question, learnt);
    return learnt;
  }

  /** This tree, noting down what it is asked. */
  #watched(places: Places): Rootfs {
    const walk = (path: string, options: LookupOptions) =>
      this.#walkStepwise(absolutePath(path, options), options, places);
    return {
      lookup: (path, options = {}) => {
        const found = refusal(path) ?? walk(path, options);
        return 'node' in found ? { ok: true, path: found.path, inode: found.node.inode } : found;
      },
      list: (path, pattern = anyName) => {
        const found = refusal(path) ?? walk(path, {});
        if (!('node' in found)) return [];
        places.addListing(found.path, pattern);
        return this.#listing(found.node, pattern);
      },
      learn: <T>(question: (rootfs: Rootfs) => T) => {
        const learnt = this.#learn(question);
        places.addAll(learnt.places);
        return learnt.answer as T;
      },
      withLayer: (layer) => this.withLayer(layer),
    };
  }

  withLayer(layer: LayerIndex): Rootfs {
    const base = this.#flat();
    const [entry, ...others] = layer.entries;
    const topped = entry?.type === 'file' && others.length === 0 ? base.#topped(entry, layer) : null;
    if (topped !== null) return topped;
    const builder = new TreeBuilder(base.#root, base.#nextId, base.#layers);
    builder.apply(layer);
    return new Tree(builder);
  }

  /** This tree without a topping: what that brings is in its nodes. */
  #flat(): Tree {
    if (this.#topping === null) return this;
    if (this.#flattened === null) {
      const { tree, layer } = this.#topping;
      const builder = new TreeBuilder(tree.#root, tree.#nextId, tree.#layers);
      builder.apply(layer);
      this.#flattened = new Tree(builder);
    }
    return this.#flattened;
  }

  /** A tree that shares all nodes with this one; null where the directory of the file is not there. */
  #topped(entry: Extract<LayerEntry, { type: 'file' }>, layer: LayerIndex): Tree | null {
    if (entry.path === '') return null;
    const slash = entry.path.lastIndexOf('/');
    const found = this.#walk(`/${entry.path.slice(0, Math.max(slash, 0))}`, {});
    if (!('node' in found) || found.node.children === null) return null;
    const place = { directory: found.path, name: entry.path.slice(slash + 1) };
    const inode = inodeOf(entry, this.#nextId, this.#layers);
    const file = { inode, children: null, listing: null, owner: this };
    return new Tree(
      { root: this.#root, nextId: this.#nextId + 1, layer: this.#layers + 1 },
      { tree: this, place, directory: found.node, file, layer },
    );
  }

  #walk(path: string, options: LookupOptions): Walk {
    const full = absolutePath(path, options);
    return refusal(path) ?? this.#walkStraight(full, options) ?? this.#walkStepwise(full, options, null);
  }

  /** The walk along a path that has neither dots nor doubled slashes, as most have not; null when it is not that easy. */
  #walkStraight(path: string, options: LookupOptions): Walk | null {
    if (!path.startsWith('/')) return null;
    if (path === '/') return { node: this.#root, path };
    const { credentials, follow } = options;
    let full = path;
    let node = this.#root;
    let links = 0;
    for (let at = 1; ; ) {
      const slash = full.indexOf('/', at);
      const name = slash < 0 ? full.slice(at) : full.slice(at, slash);
      if (node.children === null || name.length > maxName) return null;
      if (credentials !== undefined && !maySearch(node.inode, credentials)) return null;
      const child = this.#child(node, name);
      if (child === undefined) {
        if (name === '' || name === '.' || name === '..') return null;
        return { ok: false, errno: 'ENOENT', at: slash < 0 ? full : full.slice(0, slash) };
      }
      if (child.inode.type === 'symlink' && (slash >= 0 || follow !== false)) {
        const target = child.inode.target ?? '';
        if (target === '' || ++links > maxLinks) return null;
        const rest = slash < 0 ? '' : full.slice(slash);
        full = target.startsWith('/') ? target + rest : full.slice(0, at) + target + rest;
        node = this.#root;
        at = 1;
        continue;
      }
      if (slash < 0) return { node: child, path: full };
      node = child;
      at = slash + 1;
    }
  }

  #walkStepwise(full: string, options: LookupOptions, places: Places | null): Walk {
    const rest = full.split('/').reverse();
    let nodes: Node[] = [this.#root];
    let names: string[] = [];
    let links = 0;
    const here = () => `/${names.join('/')}`;
    while (rest.length > 0) {
      const name = rest.pop() ?? '';
      const node = nodes[nodes.length - 1] ?? this.#root;
      if (node.children === null) return { ok: false, errno: 'ENOTDIR', at: here() };
      if (name === '' || name === '.') continue;
      if (options.credentials !== undefined && !maySearch(node.inode, options.credentials)) {
        return { ok: false, errno: 'EACCES', at: here() };
      }
      if (name === '..') {
        if (nodes.length > 1) {
          nodes.pop();
          names.pop();
        }
        continue;
      }
      if (name.length > maxName) return { ok: false, errno: 'ENAMETOOLONG', at: here() };
      places?.addName(here(), name);
      const child = this.#child(node, name);
      if (child === undefined)
        return { ok: false, errno: 'ENOENT', at: `${here()}/${name}`.replace('//', '/') };
      const isLast = rest.length === 0;
      if (child.inode.type === 'symlink' && (!isLast || options.follow !== false)) {
        if (++links > maxLinks) return { ok: false, errno: 'ELOOP', at: here() };
        const target = child.inode.target ?? '';
        if (target === '') return { ok: false, errno: 'ENOENT', at: here() };
        if (target.startsWith('/')) {
          nodes = [this.#root];
          names = [];
        }
        rest.push(...target.split('/').reverse());
        continue;
      }
      nodes.push(child);
      names.push(name);
    }
    return { node: nodes[nodes.length - 1] ?? this.#root, path: here() };
  }
}
