import type { FileContent, LayerEntry, LayerIndex } from '../image/image-index.ts';
import { maySearch } from './permissions.ts';

/** What a path finally leads to; hard links share one. */
export interface Inode {
  /** Unique within one `Rootfs` family: the device and inode number of G6. */
  readonly id: number;
  readonly type: 'file' | 'directory' | 'symlink' | 'special';
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file, 0 otherwise. */
  readonly size: number;
  /** Null for everything but files. */
  readonly content: FileContent | null;
  /** Target of a symlink, as stored; null otherwise. */
  readonly target: string | null;
  /** `security.capability`, lower-case hex. */
  readonly capability: string | null;
  /** Index of the layer that wrote it, 0 is the lowest. */
  readonly layer: number;
}

export type LookupErrno = 'ENOENT' | 'ENOTDIR' | 'ELOOP' | 'EACCES' | 'ENAMETOOLONG';

export type Lookup =
  | { readonly ok: true; readonly path: string; readonly inode: Inode }
  /** `at` is the path at which the walk stopped. */
  | { readonly ok: false; readonly errno: LookupErrno; readonly at: string };

/** Who asks. `searchAll` is CAP_DAC_OVERRIDE or CAP_DAC_READ_SEARCH: no search permission is checked. */
export interface Credentials {
  readonly uid: number;
  readonly gids: readonly number[];
  readonly searchAll: boolean;
}

export interface LookupOptions {
  /** Directory that relative paths start from, absolute; default `/`. */
  readonly cwd?: string;
  /** Follow a symlink at the last component; default true. */
  readonly follow?: boolean;
  /** Check search permission on every directory for these; default none is checked. */
  readonly credentials?: Credentials;
}

/** A child of a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly inode: Inode;
}

/** One merged read-only tree. Small, so that no later stage knows where bytes come from. */
export interface Rootfs {
  /**
   * Resolves `path` as the kernel does with this root: absolute link targets restart at the root, `..` at the root
   * stays, at most 40 links (I5, K1). The path of the result is absolute and free of links.
   */
  lookup(path: string, options?: LookupOptions): Lookup;
  /** The children of a directory that `path` resolves to, sorted by name; empty when it is none. */
  list(path: string): readonly DirectoryEntry[];
  /** This tree with one more layer on top; this one is not changed. */
  withLayer(layer: LayerIndex): Rootfs;
}

interface Node {
  inode: Inode;
  /** Null for everything but directories. */
  children: Map<string, Node> | null;
  /** The tree that owns this node and may change it in place. */
  owner: object;
}

const maxLinks = 40;
const maxName = 255;
const maxPath = 4096;
const maxDepth = 2000;

const defaultDirectory = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, content: null } as const;

/** Applies layers to a tree of nodes; a node of another owner is copied before it is changed. */
class TreeBuilder {
  readonly owner = {};
  root: Node;
  nextId: number;
  layer = 0;

  constructor(base: { root: Node; nextId: number } | null) {
    this.nextId = base?.nextId ?? 1;
    this.root = base === null ? this.directory() : this.own(base.root);
  }

  own(node: Node): Node {
    if (node.owner === this.owner) return node;
    return {
      inode: node.inode,
      children: node.children === null ? null : new Map(node.children),
      owner: this.owner,
    };
  }

  directory(): Node {
    const inode: Inode = {
      ...defaultDirectory,
      id: this.nextId++,
      target: null,
      capability: null,
      layer: this.layer,
    };
    return { inode, children: new Map(), owner: this.owner };
  }

  /** The node of a directory below the root, owned, made where it is missing; links on the way are followed (I2). */
  directoryAt(names: readonly string[]): Node {
    let stack: Node[] = [this.root];
    let links = 0;
    const rest = [...names].reverse();
    while (rest.length > 0 && stack.length < maxDepth) {
      const name = rest.pop() ?? '';
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const parent = stack[stack.length - 1] ?? this.root;
      const found = parent.children?.get(name);
      if (found?.inode.type === 'symlink' && links < maxLinks) {
        links++;
        const target = found.inode.target ?? '';
        if (target.startsWith('/')) stack = [this.root];
        rest.push(...target.split('/').reverse());
        continue;
      }
      const node = found?.children ? this.own(found) : this.directory();
      parent.children?.set(name, node);
      stack.push(node);
    }
    return stack[stack.length - 1] ?? this.root;
  }

  parentOf(path: string): { parent: Node; name: string } {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? this.root : this.directoryAt(path.slice(0, slash).split('/'));
    return { parent, name: path.slice(slash + 1) };
  }

  apply(layer: LayerIndex): void {
    for (const entry of layer.entries) this.applyEntry(entry);
    this.layer++;
  }

  applyEntry(entry: LayerEntry): void {
    if (entry.type === 'opaque') {
      const directory = entry.path === '' ? this.root : this.directoryAt(entry.path.split('/'));
      this.hideLower(directory);
      return;
    }
    if (entry.path === '') {
      if (entry.type === 'directory') this.root.inode = this.inodeOf(entry, this.root.inode.id);
      return;
    }
    const { parent, name } = this.parentOf(entry.path);
    const existing = parent.children?.get(name);
    if (entry.type === 'whiteout') {
      if (existing !== undefined && existing.inode.layer < this.layer) parent.children?.delete(name);
      return;
    }
    if (entry.type === 'hardlink') {
      const node = this.hardlink(entry, entry.target);
      if (node !== null) parent.children?.set(name, node);
      return;
    }
    if (entry.type === 'directory' && existing?.children) {
      const node = this.own(existing);
      node.inode = this.inodeOf(entry, existing.inode.id);
      parent.children?.set(name, node);
      return;
    }
    const node: Node = {
      inode: this.inodeOf(entry, this.nextId++),
      children: entry.type === 'directory' ? new Map() : null,
      owner: this.owner,
    };
    parent.children?.set(name, node);
  }

  /** An opaque marker hides what lower layers put into the directory and keeps what this layer did (I1). */
  hideLower(directory: Node): void {
    for (const [name, child] of directory.children ?? []) {
      const isLower = child.inode.layer < this.layer;
      const node = child.children === null ? child : this.own(child);
      if (node !== child) directory.children?.set(name, node);
      this.hideLower(node);
      if (isLower && (node.children?.size ?? 0) === 0) directory.children?.delete(name);
    }
  }

  /** The node of the link's target with the link header's mode and owner: they belong to the shared inode (I3). */
  hardlink(entry: LayerEntry, target: string): Node | null {
    const { parent, name } = this.parentOf(target);
    const found = parent.children?.get(name);
    if (found === undefined || found.children !== null) return null;
    const node = this.own(found);
    if (node.inode.type !== 'symlink') {
      node.inode = { ...node.inode, mode: entry.mode, uid: entry.uid, gid: entry.gid };
    }
    parent.children?.set(name, node);
    return node;
  }

  inodeOf(entry: LayerEntry, id: number): Inode {
    return {
      id,
      type:
        entry.type === 'file' || entry.type === 'symlink' || entry.type === 'directory'
          ? entry.type
          : 'special',
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      size: entry.type === 'file' ? entry.size : 0,
      content: entry.type === 'file' ? entry.content : null,
      target: entry.type === 'symlink' ? entry.target : null,
      capability: entry.type === 'file' ? entry.capability : null,
      layer: this.layer,
    };
  }
}

/** Sorted children of directories. Trees share the directories in which they do not differ, and no finished tree changes. */
const listings = new WeakMap<ReadonlyMap<string, Node>, readonly DirectoryEntry[]>();

class Tree implements Rootfs {
  readonly #root: Node;
  readonly #nextId: number;
  readonly #layers: number;

  constructor(root: Node, nextId: number, layers: number) {
    this.#root = root;
    this.#nextId = nextId;
    this.#layers = layers;
  }

  lookup(path: string, options: LookupOptions = {}): Lookup {
    const found = this.#walk(path, options);
    return 'node' in found ? { ok: true, path: found.path, inode: found.node.inode } : found;
  }

  list(path: string): readonly DirectoryEntry[] {
    const found = this.#walk(path, {});
    if (!('node' in found) || found.node.children === null) return [];
    const { children } = found.node;
    const known = listings.get(children);
    if (known !== undefined) return known;
    const listing = [...children]
      .map(([name, node]) => ({ name, inode: node.inode }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    listings.set(children, listing);
    return listing;
  }

  withLayer(layer: LayerIndex): Rootfs {
    const builder = new TreeBuilder({ root: this.#root, nextId: this.#nextId });
    builder.layer = this.#layers;
    builder.apply(layer);
    return new Tree(builder.root, builder.nextId, builder.layer);
  }

  #walk(path: string, options: LookupOptions): { node: Node; path: string } | Extract<Lookup, { ok: false }> {
    if (path === '') return { ok: false, errno: 'ENOENT', at: '' };
    if (path.length >= maxPath) return { ok: false, errno: 'ENAMETOOLONG', at: path };
    const full = path.startsWith('/') ? path : `${options.cwd ?? '/'}/${path}`;
    return this.#walkStraight(full, options) ?? this.#walkStepwise(full, options);
  }

  /** The walk along a path that has neither dots nor doubled slashes, as most have not; null when it is not that easy. */
  #walkStraight(
    path: string,
    options: LookupOptions,
  ): { node: Node; path: string } | Extract<Lookup, { ok: false }> | null {
    if (!path.startsWith('/')) return null;
    const { credentials, follow } = options;
    let full = path;
    let node = this.#root;
    let links = 0;
    for (let at = 1; ; ) {
      const slash = full.indexOf('/', at);
      const name = slash < 0 ? full.slice(at) : full.slice(at, slash);
      if (node.children === null || name.length > maxName) return null;
      if (credentials !== undefined && !maySearch(node.inode, credentials)) return null;
      const child = node.children.get(name);
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

  #walkStepwise(
    full: string,
    options: LookupOptions,
  ): { node: Node; path: string } | Extract<Lookup, { ok: false }> {
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
      const child = node.children.get(name);
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

/**
 * Merges layers, lowest first, into one tree by the OCI image spec's changeset rules and what engines really do
 * (I1 whiteouts and opaque directories, I2 parents through links, I3 hard links).
 */
export function squash(layers: readonly LayerIndex[]): Rootfs {
  const builder = new TreeBuilder(null);
  for (const layer of layers) builder.apply(layer);
  return new Tree(builder.root, builder.nextId, builder.layer);
}
