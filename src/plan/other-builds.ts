import { familyOf, libcInName, namesSystem } from '../binary/build-family.ts';
import type { SkipReason } from '../binary/skipped-files.ts';
import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import { platformOf } from '../elf/machine.ts';
import type { Platform } from '../image/image.ts';
import { platformMatches } from '../image/reference/platform.ts';

/** A native file of a folder or archive. */
export interface Build {
  /** In the folder or archive. */
  readonly name: string;
  /** Null for one that is no ELF file. */
  readonly elf: ElfFile | null;
}

/** The image that takes one build of each family. */
export interface BuildTarget {
  readonly platform: Platform;
  /** Of the image's own programs. */
  readonly libc: LibcFamily | null;
}

function byFamily(builds: readonly Build[]): Iterable<readonly Build[]> {
  const families = new Map<string, Build[]>();
  for (const build of builds) {
    const family = familyOf(build.name);
    const known = families.get(family);
    if (known === undefined) families.set(family, [build]);
    else known.push(build);
  }
  return families.values();
}

/** Whether some file lies there in builds for several systems, of which an image takes one. */
export function hasOtherBuilds(builds: readonly Build[]): boolean {
  for (const family of byFamily(builds)) if (family.length > 1) return true;
  return false;
}

/** Beside a build that is named for musl, one that names no libc is for glibc. */
function libcOf({ name, elf }: Build, family: readonly Build[]): LibcFamily | null {
  const named = libcInName(name);
  if (named !== null || elf === null) return named;
  const { family: wanted } = wantedLibc(elf);
  if (wanted !== 'none' && wanted !== 'unknown') return wanted;
  return family.some((other) => libcInName(other.name) === 'musl') ? 'glibc' : null;
}

/**
 * The files whose folder or archive has another build for this image, by name: for the other platform or libc. A file that has
 * none for it is not among them.
 */
export function otherBuilds(
  builds: readonly Build[],
  { platform, libc }: BuildTarget,
): ReadonlyMap<string, SkipReason> {
  const others = new Map<string, SkipReason>();
  for (const family of byFamily(builds)) {
    const fits = family.filter(({ elf }) => elf !== null && platformMatches(platform, platformOf(elf)));
    if (fits.length === 0) continue;
    for (const build of family)
      if (build.elf !== null && !fits.includes(build) && namesSystem(build.name))
        others.set(build.name, 'other-platform');
    const fitsLibc = fits.filter((build) => libcOf(build, fits) === libc);
    if (libc === null || fitsLibc.length === 0) continue;
    for (const build of fits) {
      const own = libcOf(build, fits);
      if (own !== null && own !== libc) others.set(build.name, 'other-libc');
    }
  }
  return others;
}
