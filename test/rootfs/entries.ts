import type { FileContent, LayerEntry, LayerIndex } from '../../src/image/image.ts';

const owned = { uid: 0, gid: 0 } as const;
const other: FileContent = { kind: 'other' };

/** Entries of a layer in short. */
export const file = (
  path: string,
  mode = 0o644,
  owner = owned as { uid: number; gid: number },
): LayerEntry => ({
  type: 'file',
  path,
  mode,
  ...owner,
  size: 1,
  content: other,
  capability: null,
});
export const kept = (path: string, text: string): LayerEntry => ({
  type: 'file',
  path,
  mode: 0o644,
  ...owned,
  size: text.length,
  content: { kind: 'kept', bytes: Buffer.from(text) },
  capability: null,
});
export const folder = (
  path: string,
  mode = 0o755,
  owner = owned as { uid: number; gid: number },
): LayerEntry => ({
  type: 'directory',
  path,
  mode,
  ...owner,
});
export const link = (path: string, target: string): LayerEntry => ({
  type: 'symlink',
  path,
  mode: 0o777,
  ...owned,
  target,
});
export const hardlink = (path: string, target: string, mode = 0o644): LayerEntry => ({
  type: 'hardlink',
  path,
  mode,
  ...owned,
  target,
});
export const whiteout = (path: string): LayerEntry => ({ type: 'whiteout', path, mode: 0, ...owned });
export const opaque = (path: string): LayerEntry => ({ type: 'opaque', path, mode: 0, ...owned });
export const layer = (...entries: readonly LayerEntry[]): LayerIndex => ({ diffID: null, entries });
