import type { NodeView } from './node-view.ts';
import { maySearch } from './permissions.ts';
import type { ReadSet } from './read-set.ts';
import type { Denial, Lookup, LookupOptions } from './rootfs.ts';
import { maxLinks, type Node } from './tree-builder.ts';

const maxName = 255;
const maxPath = 4096;

/** Where a walk ends: at a node, by its real path, or where it fails. */
export type Walk = { readonly node: Node; readonly path: string } | Extract<Lookup, { ok: false }>;

/** The path from the root: relative ones start at the working directory. */
export const absolutePath = (path: string, { cwd }: LookupOptions): string =>
  path.startsWith('/') ? path : `${cwd ?? '/'}/${path}`;

/** The error of a path that the kernel rejects; null for every other. */
export function refusal(path: string): Extract<Lookup, { ok: false }> | null {
  if (path === '') return { ok: false, errno: 'ENOENT', at: '' };
  return path.length >= maxPath ? { ok: false, errno: 'ENAMETOOLONG', at: path } : null;
}

/** Resolves a path as `Rootfs.lookup` describes it. */
export function walk(view: NodeView, path: string, options: LookupOptions): Walk {
  const full = absolutePath(path, options);
  return refusal(path) ?? walkStraight(view, full, options) ?? walkStepwise(view, path, options, null);
}

/** The walk along a path that has neither dots nor doubled slashes, as most paths; null when the path is not that simple. */
function walkStraight(view: NodeView, path: string, options: LookupOptions): Walk | null {
  if (!path.startsWith('/')) return null;
  if (path === '/') return { node: view.root, path };
  const { credentials, follow } = options;
  let full = path;
  let node = view.root;
  let links = 0;
  for (let at = 1; ; ) {
    const slash = full.indexOf('/', at);
    const name = slash < 0 ? full.slice(at) : full.slice(at, slash);
    if (node.children === null || name.length > maxName) return null;
    if (credentials !== undefined && !maySearch(node.inode, credentials)) return null;
    const child = view.child(node, name);
    if (child === undefined) {
      if (name === '' || name === '.' || name === '..') return null;
      return { ok: false, errno: 'ENOENT', at: slash < 0 ? full : full.slice(0, slash) };
    }
    if (child.inode.type === 'symlink' && (slash >= 0 || follow !== false)) {
      const target = child.inode.target ?? '';
      if (target === '' || ++links > maxLinks) return null;
      const rest = slash < 0 ? '' : full.slice(slash);
      full = target.startsWith('/') ? target + rest : full.slice(0, at) + target + rest;
      node = view.root;
      at = 1;
      continue;
    }
    if (slash < 0) return { node: child, path: full };
    node = child;
    at = slash + 1;
  }
}

/** Where a walk stands: the nodes from the root on, and the names of all but the root. */
interface Position {
  nodes: Node[];
  names: string[];
}

const pathOf = ({ names }: Position): string => `/${names.join('/')}`;

/**
 * The walk of the kernel, component by component (I5, K1); what it looks at is added to `reads`. A relative path starts in the
 * working directory, into which the engine has changed as root: the folders that lead there are not searched again (R4).
 */
export function walkStepwise(
  view: NodeView,
  path: string,
  options: LookupOptions,
  reads: ReadSet | null,
): Walk {
  const position: Position = { nodes: [view.root], names: [] };
  if (!path.startsWith('/')) {
    const entered = advance(view, position, options.cwd ?? '/', {}, reads);
    if (!('node' in entered)) return entered;
  }
  return advance(view, position, path, options, reads);
}

/** Moves `position` along `path`. */
function advance(
  view: NodeView,
  position: Position,
  path: string,
  { credentials, follow, denied }: LookupOptions,
  reads: ReadSet | null,
): Walk {
  const rest = path.split('/').reverse();
  let links = 0;
  const here = () => pathOf(position);
  while (rest.length > 0) {
    const name = rest.pop() ?? '';
    const node = position.nodes[position.nodes.length - 1] ?? view.root;
    if (node.children === null) return { ok: false, errno: 'ENOTDIR', at: here() };
    if (name === '' || name === '.') continue;
    if (credentials !== undefined && !maySearch(node.inode, credentials)) {
      if (denied === undefined) return { ok: false, errno: 'EACCES', at: here() };
      addDenial(denied, { path: here(), inode: node.inode });
    }
    if (name === '..') {
      if (position.nodes.length > 1) {
        position.nodes.pop();
        position.names.pop();
      }
      continue;
    }
    if (name.length > maxName) return { ok: false, errno: 'ENAMETOOLONG', at: here() };
    reads?.addName(here(), name);
    const child = view.child(node, name);
    if (child === undefined)
      return { ok: false, errno: 'ENOENT', at: `${here()}/${name}`.replace('//', '/') };
    const isLast = rest.length === 0;
    if (child.inode.type === 'symlink' && (!isLast || follow !== false)) {
      if (++links > maxLinks) return { ok: false, errno: 'ELOOP', at: here() };
      const target = child.inode.target ?? '';
      if (target === '') return { ok: false, errno: 'ENOENT', at: here() };
      if (target.startsWith('/')) {
        position.nodes = [view.root];
        position.names = [];
      }
      rest.push(...target.split('/').reverse());
      continue;
    }
    position.nodes.push(child);
    position.names.push(name);
  }
  return { node: position.nodes[position.nodes.length - 1] ?? view.root, path: here() };
}

function addDenial(denied: Denial[], denial: Denial): void {
  if (!denied.some(({ inode }) => inode === denial.inode)) denied.push(denial);
}
