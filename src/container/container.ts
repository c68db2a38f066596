import type { ImageConfig, Platform } from '../image/image.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Host } from './host.ts';
import type { ProcessStart } from './process-start.ts';

/** What a program is started against: the image's tree, how the engine starts the process, and the machine underneath. */
export interface Container {
  readonly rootfs: Rootfs;
  readonly platform: Platform;
  readonly config: ImageConfig;
  readonly start: ProcessStart;
  readonly host: Host;
}
