import type { LayerIndex } from '../../src/image/image.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { squash } from '../../src/rootfs/squash.ts';

/** The layers as one tree, with the links of lower layers followed. */
export const merged = (layers: readonly LayerIndex[]): Rootfs => squash(layers, 'followed').rootfs;
