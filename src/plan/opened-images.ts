import type { BinaryFile } from '../binary/binary-file.ts';
import { platformOf } from '../elf/machine.ts';
import type { CacheStore } from '../image/cache/cache-store.ts';
import { ImageCache } from '../image/cache/image-cache.ts';
import type { Image, Platform } from '../image/image.ts';
import { type OpenImageOptions, openImage } from '../image/open-image.ts';
import { parsePlatform } from '../image/reference/platform.ts';
import type { CheckInput } from './check-input.ts';

/** Opens every image once for each platform that the binaries fit. */
export class ImageShelf {
  readonly #input: CheckInput;
  readonly #opened = new Map<string, Promise<Image>>();
  readonly #cache: ImageCache | null;

  constructor(input: CheckInput, store: CacheStore | null) {
    this.#input = input;
    this.#cache = store === null ? null : new ImageCache(store);
  }

  open(reference: string, binary: BinaryFile): Promise<Image> {
    const fitting: Platform | null = binary.elf === null ? null : platformOf(binary.elf);
    const key = `${reference}\0${JSON.stringify(fitting)}`;
    const known = this.#opened.get(key);
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
    });
    this.#opened.set(key, image);
    return image;
  }

  /** The image with the files that a check asked for and that were not fetched yet; null when it had all. */
  async complete(image: Image): Promise<Image | null> {
    if (image.source !== 'registry') return null;
    const { completeImage } = await import('../image/partial/complete-image.ts');
    const fuller = await completeImage(image);
    if (fuller === null) return null;
    for (const [key, opened] of this.#opened) {
      if ((await opened.catch(() => null)) === image) this.#opened.set(key, Promise.resolve(fuller));
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
