import type { LayerIndex } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';

/** Where engines mount file systems of the kernel over what the image has there (R9). */
const mountPoints = ['dev', 'proc', 'sys'] as const;

/** The mount of the engine that a path without links is in: `/dev`; null for all other paths. */
export function engineMountOf(path: string): string | null {
  const [, first = '', ...rest] = path.split('/');
  return rest.length > 0 && mountPoints.some((name) => name === first) ? `/${first}` : null;
}

/** Each is an empty folder: what is in it is the running container's. */
const mounts: LayerIndex = {
  diffID: null,
  entries: mountPoints.flatMap((path) => [
    { type: 'directory', path, mode: 0o755, uid: 0, gid: 0 } as const,
    { type: 'opaque', path, mode: 0, uid: 0, gid: 0 } as const,
  ]),
};

/** The tree without what the engine's mounts hide. */
export const withEngineMounts = (rootfs: Rootfs): Rootfs => rootfs.withLayer(mounts);
