import type { ImageSourceName } from '../image.ts';
import type { SourceContext, SourceImage } from '../source-options.ts';

/** What a source says to a bare name: the image, or why it does not have it. */
export type LookUp = { readonly image: SourceImage } | { readonly reason: string };

/** One source of images. */
export interface ImageSource {
  /** What follows `SOURCE:`, as in `docker:NAME`; null for a source that takes no reference. */
  readonly takes: 'NAME' | 'FILE' | 'FOLDER' | null;
  /** A reference of the source; empty when it takes none. */
  readonly example: string;
  /** One sentence without its full stop, for the help and for docs/cli.md. */
  readonly describe: string;
  /** More about it for docs/cli.md, in Markdown. */
  readonly docLong?: string;
  /** Opens the image of a reference. Throws ImageError. */
  readonly open: (reference: string, context: SourceContext) => Promise<SourceImage>;
  /**
   * Looks up a name that was given without a source. A source that does not have the image gives a reason; an image that breaks
   * off midway is an ImageError. `auto` asks the sources that have this function, in the order of the table.
   */
  readonly lookUp?: (name: string, context: SourceContext) => Promise<LookUp>;
}

/** Every source, in the order of the help. Its module is loaded when it is used: the client of the engines alone is large. */
export const imageSources: Readonly<Record<ImageSourceName, ImageSource>> = {
  docker: {
    takes: 'NAME',
    example: 'alpine:3.19',
    describe: 'An image of the Docker Engine, exported and never run',
    docLong:
      'The engine is found as the docker command finds it: DOCKER_HOST, DOCKER_CONTEXT, the current context, and the TLS variables.',
    open: async (name, context) => (await import('./engine.ts')).openEngine('docker', name, context),
    lookUp: async (name, context) => (await import('./engine.ts')).tryEngine('docker', name, context),
  },
  podman: {
    takes: 'NAME',
    example: 'alpine:3.19',
    describe: 'An image of Podman, read through its socket',
    open: async (name, context) => (await import('./engine.ts')).openEngine('podman', name, context),
    lookUp: async (name, context) => (await import('./engine.ts')).tryEngine('podman', name, context),
  },
  registry: {
    takes: 'NAME',
    example: 'alpine:3.19',
    describe: 'An image read from its registry; no engine is needed',
    docLong:
      'The registry is Docker Hub unless the name begins with another host. Credentials and proxies: [registry.md](registry.md).',
    open: async (name, context) => (await import('./registry.ts')).openRegistry(name, context),
    lookUp: async (name, context) => (await import('./registry-look-up.ts')).lookUpInRegistry(name, context),
  },
  'docker-archive': {
    takes: 'FILE',
    example: 'image.tar',
    describe: 'A file that docker save wrote',
    docLong: '`FILE:NAME` chooses one of several images in it.',
    open: async (file, context) => (await import('./docker-archive.ts')).openDockerArchive(file, context),
  },
  'oci-dir': {
    takes: 'FOLDER',
    example: './layout',
    describe: 'An OCI image layout in a folder',
    open: async (folder, context) => (await import('./oci-layout.ts')).openOciDir(folder, context),
  },
  'oci-archive': {
    takes: 'FILE',
    example: 'image.tar',
    describe: 'An OCI image layout in a tarball',
    open: async (file, context) => (await import('./oci-layout.ts')).openOciArchive(file, context),
  },
  dir: {
    takes: 'FOLDER',
    example: './rootfs',
    describe: 'A root file system in a folder',
    docLong:
      'A folder that is an OCI image layout, and has no folder of a root file system, is opened as what it is.',
    open: async (folder, context) => (await import('./any-folder.ts')).openFolder(folder, context),
  },
  tar: {
    takes: 'FILE',
    example: 'rootfs.tar.gz',
    describe: 'A root file system in a tarball (plain, gzip or zstd)',
    docLong:
      '`tar:-` reads it from standard input. An image archive is recognised by its content and opened as what it is.',
    open: async (file, context) => (await import('./any-tar.ts')).openTar(file, context),
  },
  profile: {
    takes: 'NAME',
    example: 'alpine:3.19',
    describe: 'An embedded snapshot of a base image',
    docLong: '`libc-check profile list` prints their names.',
    open: async (name, context) => (await import('./profile.ts')).openProfile(name, context),
    lookUp: async (name, context) => (await import('./profile.ts')).findProfile(name, context),
  },
  scratch: {
    takes: null,
    example: '',
    describe: 'The empty image of FROM scratch',
    open: async (_reference, context) => (await import('./scratch.ts')).openScratch(context),
  },
};

/** The names of the sources, in the order of the table. */
export const imageSourceNames = Object.keys(imageSources) as readonly ImageSourceName[];

/** How a reference to an image of the source is written: `docker:NAME`, `scratch`. */
export function formOf(name: ImageSourceName): string {
  const { takes } = imageSources[name];
  return takes === null ? name : `${name}:${takes}`;
}
