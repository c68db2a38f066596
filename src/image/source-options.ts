import type { ImageCache } from './cache/image-cache.ts';
import type { EngineVersion, ImageContent, ImageSourceName, Platform, ShownCredentials } from './image.ts';
import type { IndexBudget } from './layer/layer-budget.ts';

/** How far the reading of an image has come. */
export interface ImageProgress {
  /** What is being read, for people: `layer 2 of 5`, a file. */
  readonly what: string;
  /** Bytes read so far, and in all where that is known. */
  readonly bytes: number;
  readonly total: number | null;
}

/** How registries are reached. */
export interface RegistryOptions {
  /** Hosts that are reached over plain HTTP, or with an unverified certificate. */
  readonly insecure: readonly string[];
  /** Hosts that a registry may send this client to with its credentials, and wherever their addresses are. */
  readonly allow?: readonly string[];
  /** Hosts to ask before Docker Hub. */
  readonly mirrors: readonly string[];
  /** A file with certificates that are trusted besides the built-in ones. */
  readonly ca: string | null;
}

export const defaultRegistryOptions: RegistryOptions = { insecure: [], mirrors: [], ca: null };

/** What a call says of how images are read. */
export interface SourceOptions {
  /** The platform that was asked for; null when none was. */
  readonly platform: Platform | null;
  /** The platform that fits the binary; null when it is not known. */
  readonly fitting: Platform | null;
  /** The environment: DOCKER_HOST and its like, HOME, XDG_RUNTIME_DIR. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal?: AbortSignal;
  readonly registry?: RegistryOptions;
  /** Where indexes are kept between runs; none by default. */
  readonly cache?: ImageCache;
  /** No network at all: a registry's image comes from the cache or not. */
  readonly offline?: boolean;
  /** `never`: a bare reference is not looked up in a registry. */
  readonly pull?: 'auto' | 'never';
  /**
   * Layers may come without the contents of files that nobody has asked for: see `completeImage`. Off by default: an image is
   * whole.
   */
  readonly partial?: boolean;
}

/** What every source is handed. */
export interface SourceContext extends SourceOptions {
  readonly budget: IndexBudget;
  readonly registry: RegistryOptions;
}

/** What a source gives back. */
export interface SourceImage {
  /** The source that the content shows, where it is another than the one that was asked. */
  readonly source?: ImageSourceName;
  readonly resolved: string;
  readonly digest: string | null;
  readonly content: ImageContent;
  readonly platformChosen: boolean;
  /** As in `Image`: only a profile differs from what was asked for. */
  readonly difference?: string | null;
  /** The engine that has the image. */
  readonly engine?: EngineVersion | null;
  /** As in `Image`; only a registry is shown any. */
  readonly credentials?: readonly ShownCredentials[];
  /** As in `Image`; a source of images that have one platform leaves it out. */
  readonly alternative?: Platform | null;
}
