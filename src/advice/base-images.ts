import type { ElfFile } from '../elf/elf-file.ts';
import table from './base-images.json' with { type: 'json' };

/** A well-known base image with glibc, and what decides whether a program fits it. */
export interface BaseImage {
  readonly tag: string;
  /** No shell and no package manager. */
  readonly distroless: boolean;
  /** Release of glibc, `2.36`. */
  readonly glibc: string;
  /** Newest GLIBCXX_ and CXXABI_ version of its libstdc++; null when it has none. */
  readonly glibcxx: string | null;
  readonly cxxabi: string | null;
  /** Libraries besides glibc's own that programs often need. */
  readonly libraries: readonly string[];
}

/** What a program asks of a base image. */
export interface BaseNeeds {
  /** Names of versions, `GLIBC_2.38`, `GLIBCXX_3.4.32`. */
  readonly versions: readonly string[];
  /** Sonames. */
  readonly libraries: readonly string[];
}

const images: readonly BaseImage[] = table.images;

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

/** Whether the image's glibc and libstdc++ define the version, by their releases; a name of another kind says no. */
function defines(image: BaseImage, version: string): boolean {
  const [, family = '', number = ''] = /^(GLIBC|GLIBCXX|CXXABI)_(\d+(?:\.\d+)*)$/.exec(version) ?? [];
  const offered = { GLIBC: image.glibc, GLIBCXX: image.glibcxx, CXXABI: image.cxxabi }[family] ?? null;
  if (offered !== null) return isAtLeast(offered, number);
  return version === 'GLIBC_ABI_DT_RELR' && isAtLeast(image.glibc, '2.36');
}

const fits = (image: BaseImage, needs: BaseNeeds): boolean =>
  needs.versions.every((version) => defines(image, version)) &&
  needs.libraries.every((soname) => image.libraries.includes(soname));

/** The first base image of that kind that defines all versions and has all libraries; null when none is known to. */
export function findBaseImage(needs: BaseNeeds, distroless: boolean): BaseImage | null {
  return images.find((image) => image.distroless === distroless && fits(image, needs)) ?? null;
}

/** Sonames that glibc's own packages bring, so that any base image with glibc has them. */
const glibcSoname =
  /^(ld-linux.*|ld64|ld|libc|libm|libmvec|libpthread|libdl|librt|libutil|libresolv|libanl|libnss_\w+|libBrokenLocale|libthread_db)\.so\.\d+$/;

/** What a glibc program asks of a base image: its versions of glibc and libstdc++, and of its libraries those that are no part of glibc. */
export function needsOf(elf: ElfFile | null): BaseNeeds {
  const named = elf?.dynamic?.verneed.flatMap(({ versions }) => versions) ?? [];
  const versions = named.filter(({ weak }) => !weak).map(({ name }) => name);
  return {
    versions: versions.filter((name) => /^(GLIBC|GLIBCXX|CXXABI)_/.test(name)),
    libraries: (elf?.dynamic?.needed ?? []).filter((soname) => !glibcSoname.test(soname)),
  };
}
