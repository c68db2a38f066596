import type { ElfFile } from '../elf/elf-file.ts';

/** `linux/arm64/v8` as the OCI image spec has it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** The parts of the OCI image configuration that decide how a process starts. */
export interface ImageConfig {
  /** `KEY=value` lines, in order. */
  readonly env: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** The command of HEALTHCHECK as it is executed; empty where there is none. */
  readonly healthcheck: readonly string[];
}

/** The configuration of a root file system that carries none. */
export const emptyConfig: ImageConfig = {
  env: [],
  user: '',
  workingDir: '',
  entrypoint: [],
  cmd: [],
  healthcheck: [],
};

/** What a regular file holds, as far as loaders and kernel can tell the difference. */
export type FileContent =
  /** An ELF file with a whole file header. `elf` decodes on first use and is then kept. */
  | { readonly kind: 'elf'; readonly elf: ElfFile }
  /** Starts with `#!`: its first 256 bytes, or a shell's script whole, up to 64 KiB. */
  | { readonly kind: 'script'; readonly head: Uint8Array }
  /** Loader configuration, identity or account file, kept whole (see `isKeptFile`). */
  | { readonly kind: 'kept'; readonly bytes: Uint8Array }
  /**
   * Neither, but of a format that a report can name (see `recogniseForeign`): its first 512 bytes, or all of a shorter file.
   * `hasNamesake`: read from disk, where it holds only the name of a file beside it.
   */
  | { readonly kind: 'foreign'; readonly head: Uint8Array; readonly hasNamesake?: boolean }
  /** Anything else: `size` of the entry is all that is known. */
  | { readonly kind: 'other' }
  /** It is there but could not be read or was too large to be read: what depends on it is unknown. */
  | { readonly kind: 'unread'; readonly reason: string };

interface EntryBase {
  /** Inside the root, normalised: no leading slash, no `.` or `..`; the root directory itself is ``. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** One change of a layer, in the order of its tar. */
export type LayerEntry =
  | (EntryBase & {
      readonly type: 'file';
      readonly size: number;
      readonly content: FileContent;
      /** Value of the `security.capability` xattr, lower-case hex (K60). */
      readonly capability: string | null;
    })
  | (EntryBase & { readonly type: 'directory' })
  | (EntryBase & { readonly type: 'symlink'; readonly target: string })
  /** `target` is a path inside the root, normalised. The header's mode applies to the shared inode (I3). */
  | (EntryBase & { readonly type: 'hardlink'; readonly target: string })
  /** Character or block device, fifo, socket. */
  | (EntryBase & { readonly type: 'special' })
  /** `.wh.NAME`: `path` is the path that is removed from the lower layers. */
  | (EntryBase & { readonly type: 'whiteout' })
  /** `.wh..wh..opq`: `path` is the directory whose lower entries are hidden. */
  | (EntryBase & { readonly type: 'opaque' });

/** One layer, indexed once in its life. */
export interface LayerIndex {
  /** Digest of the uncompressed tar; null when the source gives none (a folder). */
  readonly diffID: string | null;
  readonly entries: readonly LayerEntry[];
}

/** Where an embedded or saved index came from, shown in every report that uses it. */
export interface Provenance {
  /** In words: `alpine-minirootfs-3.19.4-x86_64.tar.gz`, `debootstrap --variant=minbase bookworm`. */
  readonly madeFrom: string;
  /** sha256 of what it was made from, lower-case hex; null when that has no single file. */
  readonly sha256: string | null;
  /** ISO date of the content, not of the indexing: `2024-09-06`. */
  readonly date: string;
}

/** Everything that later stages may ask of an image. One format, three uses: cache entry, embedded profile, file to hand on. */
export interface ImageContent {
  readonly platform: Platform;
  readonly config: ImageConfig;
  readonly layers: readonly LayerIndex[];
  readonly provenance: Provenance | null;
}

/** What an engine says of itself: major and minor version of the engine, and of the runc that it starts containers with. */
export interface EngineVersion {
  readonly name: 'docker' | 'podman';
  readonly version: readonly [number, number];
  /** Null where it has another runtime or does not say. */
  readonly runc: readonly [number, number] | null;
}

/** An image as it was found: the index and how it was come by. */
export interface Image {
  /** The reference as the user typed it, without the source that was named beside it. */
  readonly reference: string;
  /** Which source gave it. */
  readonly source: ImageSourceName;
  /** What it resolved to in that source: `alpine:3.19 (sha256:…)`, a path, a profile's name. */
  readonly resolved: string;
  /** Manifest or image digest (`sha256:…`); null when the source has none. */
  readonly digest: string | null;
  readonly content: ImageContent;
  /** Why earlier sources of `auto` did not give it, in order; empty when the first did or one was named. */
  readonly fellThrough: readonly SourceAttempt[];
  /** True when the platform was chosen to fit the binary rather than asked for or the only one. */
  readonly platformChosen: boolean;
  /** How the image of this name can differ from the profile that was taken for it, in words; null for every other source. */
  readonly difference?: string | null;
  /** The engine that has the image; null for every other source. */
  readonly engine?: EngineVersion | null;
  /**
   * Another platform of the image on which binary and engine do not agree: one that fits the binary where an engine takes the
   * present one, or one that an engine may take where the present one fits the binary; null when they agree.
   */
  readonly alternative: Platform | null;
  /** Who was shown credentials for it, and which kind: a registry and its token service. */
  readonly credentials?: readonly ShownCredentials[];
}

/** Which kind of credentials a host was shown for an image. */
export interface ShownCredentials {
  readonly kind: 'password' | 'identity-token' | 'registry-token';
  /** Host, with its port where that is not the usual one. */
  readonly to: string;
}

export interface SourceAttempt {
  readonly source: ImageSourceName;
  readonly reason: string;
}

/** The name of a source: each has its row in `imageSources`. */
export type ImageSourceName =
  | 'docker'
  | 'podman'
  | 'registry'
  | 'docker-archive'
  | 'oci-dir'
  | 'oci-archive'
  | 'dir'
  | 'tar'
  | 'profile'
  | 'scratch';
