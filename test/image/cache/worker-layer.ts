import type { LayerIndex } from '../../../src/image/image.ts';

/** A layer that its number alone decides, so that any process can tell whether it read it right. */
export function workerLayer(number: number): LayerIndex & { readonly diffID: string } {
  const name = String(number).padStart(2, '0');
  const entries = Array.from({ length: 200 }, (_, i) => ({
    path: `folder/${name}-${i}`,
    mode: 0o644,
    uid: number,
    gid: i,
    type: 'symlink' as const,
    target: `${i}`.repeat(number + 1),
  }));
  return { diffID: `sha256:${'0'.repeat(62)}${name}`, entries };
}
