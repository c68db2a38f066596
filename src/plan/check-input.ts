import type { SkippedFiles } from '../binary/skipped-files.ts';
import type { CpuLevel, Engine } from '../container/host.ts';
import type { ImageSourceName } from '../image/image.ts';
import type { ImageProgress, RegistryOptions } from '../image/source-options.ts';
import type { Binding } from '../loader/callers/dlopen-mode.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What to check, and what is known about where it will run. */
export interface CheckInput {
  /**
   * Files on disk; a folder or a zip archive (jar, wheel) names every native file in it, `ARCHIVE!/MEMBER` one of those. An
   * absolute path that no file on disk has is a program of the image. Empty: the image's own command.
   */
  readonly binaries: readonly string[];
  /** References, each with or without `source:` in front. */
  readonly images: readonly string[];
  /** Default `auto`. */
  readonly source?: ImageSourceName | 'auto';
  /** `os/architecture[/variant]`; default: the one that an engine takes on a machine that can execute the binary. */
  readonly platform?: string;
  /** Where the binary will stand in the image; with a slash at the end, the folder. Default: the root folder. */
  readonly at?: string;
  /** More files and folders that the image will contain. */
  readonly add?: readonly { readonly source: string; readonly destination: string }[];
  /** In place of the image's Entrypoint, and without its Cmd; the empty string removes it. For the image's own command. */
  readonly entrypoint?: string;
  /** Arguments of the command, in place of the image's Cmd. For the image's own command and programs of the image. */
  readonly args?: readonly string[];
  /** `KEY=value` lines over the image's Env. */
  readonly env?: readonly string[];
  /** Over the image's User. */
  readonly user?: string;
  /** Capabilities over the engine's default, as docker names them: `NET_ADMIN`, `ALL`. Names that are none do not count. */
  readonly capAdd?: readonly string[];
  /** Capabilities of the engine's default that the container does not get. */
  readonly capDrop?: readonly string[];
  /** `--security-opt no-new-privileges`. Default false. */
  readonly noNewPrivileges?: boolean;
  /** The program of the image that loads the shared objects that are checked; default: the one that each is a plugin of. */
  readonly loadedBy?: string;
  /** Shared objects that it loads before, in order: in the image, or on disk, from where they are copied beside the checked one. */
  readonly loadedBefore?: readonly string[];
  /** Whether it loads with RTLD_NOW or RTLD_LAZY; default: as that program does. */
  readonly bind?: Binding;
  /** Version of the running kernel, such as `5.10`. */
  readonly kernel?: string;
  readonly cpu?: CpuLevel;
  readonly engine?: Engine;
  /** Whether the report has the binaries' sha256, for which all of each file is read. Default true. */
  readonly sha256?: boolean;
  /** How registries are reached. */
  readonly registry?: RegistryOptions;
  /** No network at all. */
  readonly offline?: boolean;
  /** `never`: a bare reference is not looked up in a registry. Default `auto`. */
  readonly pull?: 'auto' | 'never';
  /** Where indexes of layers and hashes of large binaries are kept between runs, and the limit in bytes; nothing is kept by default. */
  readonly cache?: { readonly folder: string; readonly limit: number };
  /** The caller's environment: where engines and credentials are found. Default: that of the process. */
  readonly environment?: Environment;
  /** Called for files of named folders and archives that are not checked. */
  readonly onSkipped?: (skipped: SkippedFiles) => void;
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal?: AbortSignal;
}

/** A call with the environment that it is made in. */
export type Call = CheckInput & { readonly environment: Environment };
