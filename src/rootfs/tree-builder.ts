import { printablePath } from '../image/entry-path.ts';
import type { LayerEntry, LayerIndex } from '../image/image.ts';
import type { DirectoryEntry, Inode } from './rootfs.ts';
import { TreeBudget } from './tree-budget.ts';

/** One file or directory of a tree. */
export interface Node {
  inode: Inode;
  /** Null for everything but directories. */
  children: Map<string, Node> | null;
  /** All children in order, once they were requested: of a finished tree, which does not change any more. */
  listing: readonly DirectoryEntry[] | null;
  /** The tree that owns this node and may change it in place. */
  owner: object;
}

/** Links that are followed on the way to one path. */
export const maxLinks = 40;
const maxDepth = 2000;

const defaultDirectory = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, content: null } as const;

/**
 * How to treat a link of a lower layer that a path of an upper layer goes through: engines that unpack a layer on top of the
 * others follow it (vfs, btrfs, zfs), those that unpack each by itself make a folder that hides it (overlay2, containerd's overlayfs).
 */
export type LowerLinks = 'followed' | 'hidden';

/** Applies layers to a tree of nodes; a node of another owner is copied before it is changed. */
export class TreeBuilder {
  readonly owner = {};
  root: Node;
  nextId: number;
  layer: number;
  /** The first link of a lower layer that a path of an upper one went through; null when none did. */
  crossedLink: string | null = null;
  /** The first entry that no engine can unpack, and why; null when there is none. */
  refused: string | null = null;
  private readonly lowerLinks: LowerLinks;
  private readonly budget = new TreeBudget();
  private lastFolder: { readonly path: string; readonly node: Node } | null = null;

  constructor(base: Node | null, nextId: number, layer: number, lowerLinks: LowerLinks = 'followed') {
    this.nextId = nextId;
    this.layer = layer;
    this.lowerLinks = lowerLinks;
    this.root = base === null ? this.directory() : this.own(base);
  }

  own(node: Node): Node {
    if (node.owner === this.owner) return node;
    return {
      inode: node.inode,
      children: node.children === null ? null : new Map(node.children),
      listing: null,
      owner: this.owner,
    };
  }

  /** A directory that no entry describes. */
  directory(): Node {
    this.budget.addFolder();
    const inode: Inode = {
      ...defaultDirectory,
      id: this.nextId++,
      target: null,
      capability: null,
      layer: this.layer,
    };
    return { inode, children: new Map(), listing: null, owner: this.owner };
  }

  /** The node of a directory below the root, owned, made where it is missing; links on the way are followed (I2). */
  directoryAt(names: readonly string[]): Node {
    let stack: Node[] = [this.root];
    let links = 0;
    const rest = [...names].reverse();
    // What lies deeper in `rest` than this is the target of a link that this layer made.
    let ownTarget = Number.POSITIVE_INFINITY;
    while (rest.length > 0 && stack.length < maxDepth) {
      const name = rest.pop() ?? '';
      if (rest.length < ownTarget) ownTarget = Number.POSITIVE_INFINITY;
      this.budget.addSteps(1);
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const parent = stack[stack.length - 1] ?? this.root;
      const found = parent.children?.get(name);
      if (found?.inode.type === 'symlink' && links < maxLinks && !this.hides(found, names)) {
        links++;
        const target = found.inode.target ?? '';
        if (target.startsWith('/')) stack = [this.root];
        const way = target.split('/').reverse();
        if (found.inode.layer === this.layer) ownTarget = Math.min(ownTarget, rest.length);
        this.budget.addSteps(way.length);
        for (const part of way) rest.push(part);
        continue;
      }
      if (found === undefined && ownTarget !== Number.POSITIVE_INFINITY)
        this.refuse(names.join('/'), 'goes through a link to nothing');
      this.checkFolder(found, names.join('/'));
      const node = found?.children ? this.own(found) : this.directory();
      parent.children?.set(name, node);
      stack.push(node);
    }
    return stack[stack.length - 1] ?? this.root;
  }

  /** What the same layer made is no folder because a path goes through it; a lower layer's file is hidden by overlay drivers. */
  private checkFolder(found: Node | undefined, path: string): void {
    if (found?.children === null && found.inode.layer === this.layer)
      this.refuse(path, `goes through a ${found.inode.type === 'symlink' ? 'loop of links' : 'file'}`);
  }

  private refuse(path: string, why: string): void {
    this.refused ??= `the path "${printablePath(path)}" ${why}`;
  }

  /** Whether a folder replaces a link on the way to a path; records links of lower layers. */
  private hides(link: Node, way: readonly string[]): boolean {
    if (link.inode.layer >= this.layer) return false;
    this.crossedLink ??= way.join('/');
    return this.lowerLinks === 'hidden';
  }

  parentOf(path: string): { parent: Node; name: string } {
    const slash = path.lastIndexOf('/');
    return { parent: this.folderAt(path.slice(0, Math.max(slash, 0))), name: path.slice(slash + 1) };
  }

  /** As `directoryAt`. Entries of one directory mostly come one after the other: the last one is remembered. */
  folderAt(path: string): Node {
    if (this.lastFolder?.path === path) return this.lastFolder.node;
    const node = path === '' ? this.root : this.straightTo(path);
    // What a link leads to may change with any entry.
    this.lastFolder = node === null ? null : { path, node };
    return node ?? this.directoryAt(path.split('/'));
  }

  /** `directoryAt` for a path without dots that crosses no link; null when the path is not that simple. */
  straightTo(path: string): Node | null {
    let node = this.root;
    for (let at = 0, depth = 1; at <= path.length; depth++) {
      const slash = path.indexOf('/', at);
      const end = slash < 0 ? path.length : slash;
      const name = path.slice(at, end);
      const found = node.children?.get(name);
      this.budget.addSteps(1);
      if (name === '' || name === '.' || name === '..' || depth >= maxDepth) return null;
      if (found?.inode.type === 'symlink') return null;
      this.checkFolder(found, path);
      const child = found?.children ? this.own(found) : this.directory();
      if (child !== found) node.children?.set(name, child);
      node = child;
      at = end + 1;
    }
    return node;
  }

  apply(layer: LayerIndex): void {
    for (const entry of layer.entries) this.applyEntry(entry);
    this.layer++;
  }

  applyEntry(entry: LayerEntry): void {
    this.budget.addEntry();
    if (entry.type === 'opaque') {
      const link = this.linkAt(entry.path);
      if (link === null || this.hides(link, [entry.path])) this.hideLower(this.folderAt(entry.path));
      this.lastFolder = null;
      return;
    }
    if (entry.path === '') {
      if (entry.type === 'directory') this.root.inode = inodeOf(entry, this.root.inode.id, this.layer);
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
      // The link may stand where a folder on the way to its target stood.
      this.lastFolder = null;
      return;
    }
    if (entry.type === 'directory' && existing?.children) {
      const node = this.own(existing);
      node.inode = inodeOf(entry, existing.inode.id, this.layer);
      parent.children?.set(name, node);
      return;
    }
    const node: Node = {
      inode: inodeOf(entry, this.nextId++, this.layer),
      children: entry.type === 'directory' ? new Map() : null,
      listing: null,
      owner: this.owner,
    };
    parent.children?.set(name, node);
  }

  /** The link that stands at a path: a marker below it hides nothing of what it leads to, under vfs as under overlay2. */
  private linkAt(path: string): Node | null {
    if (path === '') return null;
    const { parent, name } = this.parentOf(path);
    const found = parent.children?.get(name);
    return found?.inode.type === 'symlink' ? found : null;
  }

  /** An opaque marker hides what lower layers put into the directory and keeps what this layer did (I1). */
  hideLower(directory: Node): void {
    this.budget.addSteps(1 + (directory.children?.size ?? 0));
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
    if (found === undefined || found.children !== null) {
      this.refuse(entry.path, `is a hard link to ${found === undefined ? 'nothing' : 'a folder'}`);
      return null;
    }
    const node = this.own(found);
    if (node.inode.type !== 'symlink') {
      node.inode = { ...node.inode, mode: entry.mode, uid: entry.uid, gid: entry.gid };
    }
    parent.children?.set(name, node);
    return node;
  }
}

export function inodeOf(entry: LayerEntry, id: number, layer: number): Inode {
  const { type } = entry;
  return {
    id,
    type: type === 'file' || type === 'symlink' || type === 'directory' ? type : 'special',
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: type === 'file' ? entry.size : 0,
    content: type === 'file' ? entry.content : null,
    target: type === 'symlink' ? entry.target : null,
    capability: type === 'file' ? entry.capability : null,
    layer,
  };
}
