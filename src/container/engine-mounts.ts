import type { LayerIndex } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Where engines mount file systems of the kernel over what the image has there (R9). */
const mountPoints = ['dev', 'proc', 'sys'] as const;

/** Files of the engine's own that it mounts over the image's. */
const mountedFiles = ['etc/hostname', 'etc/hosts', 'etc/resolv.conf'] as const;

/** The mount of the engine that a path without links is in, `/dev`, or that it is, `/etc/hosts`; null for all other paths. */
export function engineMountOf(path: string): string | null {
  if (mountedFiles.some((file) => `/${file}` === path)) return path;
  const [, first = '', ...rest] = path.split('/');
  return rest.length > 0 && mountPoints.some((name) => name === first) ? `/${first}` : null;
}

const owner = { uid: 0, gid: 0 } as const;
const content = { kind: 'unread', reason: 'it is the engine’s own' } as const;

/** Each folder is empty, and no file may be executed: what is in them is the running container's. */
const mounts: LayerIndex = {
  diffID: null,
  entries: [
    ...mountPoints.flatMap((path) => [
      { type: 'directory', path, mode: 0o755, ...owner } as const,
      { type: 'opaque', path, mode: 0, ...owner } as const,
    ]),
    ...mountedFiles.map(
      (path) => ({ type: 'file', path, mode: 0o644, ...owner, size: 1, content, capability: null }) as const,
    ),
  ],
};

/** The tree without what the engine's mounts hide. */
export const withEngineMounts = (rootfs: Rootfs): Rootfs => rootfs.withLayer(mounts);
