import type { ElfFile } from '../elf/elf-file.ts';
import table from './base-images.json' with { type: 'json' };

/** A well-known base image that is embedded, so that a start can be examined in it. */
export interface BaseImage {
  readonly tag: string;
  readonly family: 'glibc' | 'musl';
  /** No shell and no package manager. */
  readonly distroless: boolean;
  /** Release of its libc: `2.36`. */
  readonly libc: string;
  /** How tags of official images name its release: `bookworm`. */
  readonly suite: string;
  /** Those for which it is published: `arm64`, `arm/v7`. */
  readonly architectures: readonly string[];
}

const images = table.images as readonly BaseImage[];

/** Numbers of a dotted version, compared one by one: 2.9 is older than 2.36. */
export function isAtLeast(offered: string, asked: string): boolean {
  const have = offered.split('.').map(Number);
  const want = asked.split('.').map(Number);
  for (let part = 0; part < Math.max(have.length, want.length); part++) {
    const difference = (have[part] ?? 0) - (want[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The newest release of glibc whose versions an object asks for, `2.38`; null when it asks for none. */
export function neededGlibc(elf: ElfFile | null): string | null {
  const names = elf?.dynamic?.verneed.flatMap(({ versions }) => versions.filter(({ weak }) => !weak)) ?? [];
  const releases = names.flatMap(({ name }) => /^GLIBC_(\d+(?:\.\d+)+)$/.exec(name)?.[1] ?? []);
  return releases.reduce<string | null>(
    (newest, one) => (newest !== null && isAtLeast(newest, one) ? newest : one),
    null,
  );
}

/**
 * The base images of one family of libc for a platform, in the order in which they are proposed. `distroless`: those without a
 * package manager come first; otherwise they are not among them.
 */
export function baseImages(
  family: BaseImage['family'],
  platform: string,
  distroless: boolean,
): readonly BaseImage[] {
  const architecture = platform.replace(/^linux\//, '');
  return images.filter(
    (image) =>
      image.family === family &&
      image.architectures.includes(architecture) &&
      (distroless || !image.distroless),
  );
}
