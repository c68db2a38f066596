import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** One entry of a layer, as it stands in the layer's tar. Paths have no leading slash. */
export type LayerFile =
  | { readonly path: string; readonly type: 'file'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly path: string; readonly type: 'directory'; readonly mode: number }
  | { readonly path: string; readonly type: 'symlink'; readonly target: string }
  | { readonly path: string; readonly type: 'hardlink'; readonly target: string; readonly mode: number };

export type Layer = readonly LayerFile[];

export const file = (path: string, bytes: Uint8Array | string, mode = 0o644): LayerFile => ({
  path,
  type: 'file',
  bytes: Buffer.from(bytes),
  mode,
});
export const program = (path: string, bytes: Uint8Array): LayerFile => file(path, bytes, 0o755);
export const directory = (path: string, mode = 0o755): LayerFile => ({ path, type: 'directory', mode });
export const symlink = (path: string, target: string): LayerFile => ({ path, type: 'symlink', target });
export const hardlink = (path: string, target: string, mode: number): LayerFile => ({
  path,
  type: 'hardlink',
  target,
  mode,
});

/** Removes `path` of the layers below (OCI image spec, whiteouts). */
export function whiteout(path: string): LayerFile {
  return file(path.replace(/[^/]+$/, '.wh.$&'), '');
}

/** Hides what the layers below have in the directory `path`. */
export function opaque(path: string): LayerFile {
  return file(`${path}/.wh..wh..opq`, '');
}

/** The layer with a directory entry for every parent that neither it nor `existing` names, as tools write layers. */
export function withParents(layer: Layer, existing: readonly string[] = []): LayerFile[] {
  const named = new Set([...existing, ...layer.map(({ path }) => path)]);
  const out: LayerFile[] = [];
  for (const entry of layer) {
    const parts = entry.path.split('/');
    for (let length = 1; length < parts.length; length += 1) {
      const parent = parts.slice(0, length).join('/');
      if (!named.has(parent)) out.push(directory(parent));
      named.add(parent);
    }
    out.push(entry);
  }
  return out;
}

const epoch = new Date(1_700_000_000_000);

/** The entries as an uncompressed tar. */
export async function tarOf(layer: Layer): Promise<Buffer> {
  const tar = pack();
  for (const entry of layer) {
    const { path: name, type } = entry;
    if (type === 'file') tar.entry({ name, type, mode: entry.mode, mtime: epoch }, Buffer.from(entry.bytes));
    else if (type === 'directory') tar.entry({ name: `${name}/`, type, mode: entry.mode, mtime: epoch });
    else if (type === 'symlink') tar.entry({ name, type, linkname: entry.target, mtime: epoch });
    else tar.entry({ name, type: 'link', linkname: entry.target, mode: entry.mode, mtime: epoch });
  }
  tar.finalize();
  return buffer(tar);
}
