import type { BinaryFile } from '../binary/binary-file.ts';
import { platformOf } from '../elf/machine.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import { ImageCache } from '../image/cache/image-cache.ts';
import type { Image, Platform } from '../image/image.ts';
import { ImageError } from '../image/image-error.ts';
import { type OpenImageOptions, openImage } from '../image/open-image.ts';
import { parsePlatform } from '../image/reference/platform.ts';
import { isReadOnce } from '../image/reference/read-once.ts';
import { mergedTree } from '../rootfs/merged-tree.ts';
import type { Call } from './check-input.ts';

/** The image, of which an engine can unpack all layers one above the other. Throws ImageError. */
function unpackable(image: Image): Image {
  const { refused } = mergedTree(image.content.layers, [], 'followed');
  if (refused === null) return image;
  throw new ImageError(
    'unreadable',
    `${image.reference} cannot be unpacked, as engines would say too: ${refused}`,
  );
}

/** Opens one image after the other, each once for every platform that the binaries fit. */
export class OpenedImages {
  readonly #input: Call;
  readonly #cache: ImageCache | null;
  /** The last requested image, by platform; nothing of earlier ones is kept. */
  #opened = { reference: '', byPlatform: new Map<string, Promise<Image>>() };

  constructor(input: Call, store: CacheStore | null) {
    this.#input = input;
    this.#cache = store === null ? null : new ImageCache(store);
  }

  /** The image that `reference` names, for the platform that an engine takes where the binary can run. Throws ImageError. */
  open(reference: string, binary: BinaryFile | null): Promise<Image> {
    return this.openFitting(reference, binary?.elf == null ? null : platformOf(binary.elf));
  }

  /**
   * The image that `reference` names, for the call's platform, or else for this one; of standard input and named pipes the one for
   * the first that was requested. Throws ImageError.
   */
  openFitting(reference: string, fitting: Platform | null): Promise<Image> {
    if (this.#opened.reference !== reference) this.#opened = { reference, byPlatform: new Map() };
    const { byPlatform } = this.#opened;
    const key = isReadOnce(reference) ? '' : JSON.stringify(fitting);
    const known = byPlatform.get(key);
    if (known !== undefined) return known;
    const { source = 'auto', platform, environment, onProgress, signal } = this.#input;
    const image = openImage(reference, {
      source,
      platform: platform === undefined ? null : parsePlatform(platform),
      fitting,
      env: environment,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
      ...this.#sourceOptions(),
    }).then(unpackable);
    byPlatform.set(key, image);
    return image;
  }

  /** The image with the contents of files that were looked at and not fetched yet; null when it had all. Throws ImageError. */
  async complete(image: Image): Promise<Image | null> {
    if (image.source !== 'registry') return null;
    const { completeImage } = await import('../image/partial/complete-image.ts');
    const fuller = await completeImage(image);
    if (fuller === null) return null;
    const { byPlatform } = this.#opened;
    for (const [key, opened] of byPlatform) {
      if ((await opened.catch(() => null)) === image) byPlatform.set(key, Promise.resolve(fuller));
    }
    return fuller;
  }

  #sourceOptions(): Pick<OpenImageOptions, 'registry' | 'offline' | 'pull' | 'cache' | 'partial'> {
    const { registry, offline, pull } = this.#input;
    return {
      partial: true,
      ...(registry === undefined ? {} : { registry }),
      ...(offline === undefined ? {} : { offline }),
      ...(pull === undefined ? {} : { pull }),
      ...(this.#cache === null ? {} : { cache: this.#cache }),
    };
  }
}
