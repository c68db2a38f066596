import { callerEnvironment } from './caller-environment.ts';
import { CacheStore } from './image/cache/cache-store.ts';
import { ImageCache } from './image/cache/image-cache.ts';
import type { Image, ImageSourceName } from './image/image.ts';
import { openImage as openWith } from './image/open-image.ts';
import { parsePlatform } from './image/reference/platform.ts';
import type { ImageProgress, RegistryOptions } from './image/source-options.ts';

/** How an image is found and read. Each option is named as in `CheckInput`, and all may be absent. */
export interface OpenImageOptions {
  /** The source of a reference that names none. Default `auto`. */
  readonly source?: ImageSourceName | 'auto';
  /** `os/architecture[/variant]`; default: `linux/amd64` where the image has it, else its first. */
  readonly platform?: string;
  /** The caller's environment: where engines and credentials are found. Default: that of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How registries are reached. */
  readonly registry?: RegistryOptions;
  /** Asks no registry. */
  readonly offline?: boolean;
  /** `never`: a bare reference is not looked up in a registry. Default `auto`. */
  readonly pull?: 'auto' | 'never';
  /** Where indexes of layers are kept between runs, and the limit in bytes; nothing is kept by default. */
  readonly cache?: { readonly folder: string; readonly limit: number };
  readonly onProgress?: (progress: ImageProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds an image, by `source:reference` or a bare reference, and reads the index of all its layers. Throws ImageError: `call`
 * when the reference or the platform is wrong, `unreadable` when no source could give the image; and TypeError for a reference
 * that is no text.
 */
export async function openImage(reference: string, options: OpenImageOptions = {}): Promise<Image> {
  if (typeof reference !== 'string') throw new TypeError('openImage needs a reference, such as alpine:3.19');
  const { platform, environment, cache, ...asGiven } = options;
  return openWith(reference, {
    ...asGiven,
    platform: platform === undefined ? null : parsePlatform(platform),
    fitting: null,
    env: environment ?? callerEnvironment(),
    ...(cache === undefined ? {} : { cache: new ImageCache(new CacheStore(cache.folder, cache.limit)) }),
  });
}
