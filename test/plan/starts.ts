import type { BinaryFile } from '../../src/binary/binary-file.ts';
import { defaultHost } from '../../src/container/host.ts';
import { defaultPrivileges } from '../../src/container/privileges.ts';
import type { Image, ImageConfig } from '../../src/image/image.ts';
import { emptyConfig } from '../../src/image/image.ts';
import type { Start } from '../../src/plan/start.ts';

/** An image without files. */
export const emptyImage = (config: Partial<ImageConfig> = {}): Image => ({
  reference: 'empty',
  source: 'scratch',
  resolved: 'empty',
  digest: null,
  content: {
    platform: { os: 'linux', architecture: 'amd64', variant: null },
    config: { ...emptyConfig, ...config },
    layers: [],
    provenance: null,
  },
  fellThrough: [],
  platformChosen: false,
  alternative: null,
});

/** The start of a program at /t/x of an image, in the image's own environment. */
export const startOf = (binary: BinaryFile, image: Image, changes: Partial<Start> = {}): Start => ({
  binary,
  at: '/t/x',
  entry: { kind: 'exec' },
  image,
  copied: [],
  env: [],
  user: null,
  workingDir: null,
  host: defaultHost,
  privileges: defaultPrivileges('docker'),
  complete: async () => null,
  ...changes,
});
