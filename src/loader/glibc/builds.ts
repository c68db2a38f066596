import { SHN_ABS } from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { familyOfLoader } from '../../elf/libc-names.ts';
import { type GlibcRelease, parseRelease } from './glibc-version.ts';

/** The releases that a file of glibc can be of, as far as the file shows; null where it does not. */
export interface GlibcBuild {
  readonly least: GlibcRelease | null;
  readonly most: GlibcRelease | null;
}

/** Libraries that are built together with libc.so.6 and call it through GLIBC_PRIVATE (G0b). */
const parts =
  /^(libc\.so\.6(\.1)?|lib(pthread|thread_db|rt|anl|util|mvec|nsl|BrokenLocale)\.so\.[01]|libm\.so\.6(\.1)?|lib(dl|resolv)\.so\.2(\.1)?|libnss_(files|dns|compat|db|hesiod)\.so\.2)$/;

/** Those whose code went into libc.so.6 with 2.34 and that only keep their versions since (G70). */
const movedIntoLibc = /^lib(pthread|dl|rt|util|anl)\.so\./;
const lastBeforeMove: GlibcRelease = 233;

/** Whether a file is a part of glibc, its loader included, by its DT_SONAME. */
export function isGlibcPart({ dynamic }: ElfFile): boolean {
  const soname = dynamic?.soname ?? '';
  return parts.test(soname) || familyOfLoader(soname) === 'glibc';
}

/** `libm-2.31.so`: how files were named up to 2.33, with a link for the soname. */
const releaseInName = /\/(?:ld|lib\w+)-(2\.\d+)\.so$/;

/** The highest `GLIBC_2.N` that a file defines or needs: it was built with that release or a later one. */
function highestVersion({ dynamic }: ElfFile): GlibcRelease | null {
  const names = [
    ...(dynamic?.verdef ?? []),
    ...(dynamic?.verneed ?? []).flatMap(({ versions }) => versions),
  ].map(({ name }) => name);
  const releases = names.flatMap((name) => {
    const release = /^GLIBC_\d+\.\d+/.test(name) ? parseRelease(name.slice('GLIBC_'.length)) : null;
    return release === null ? [] : [release];
  });
  return releases.length === 0 ? null : Math.max(...releases);
}

/** Code of its own, where since 2.34 only `__libpthread_version_placeholder` and the like are. */
function hasOwnCode({ dynamic }: ElfFile): boolean {
  return (dynamic?.symbols ?? []).some(
    ({ name, defined, section }) => defined && section !== SHN_ABS && !name.endsWith('_version_placeholder'),
  );
}

/** The latest release that the file can be of; the loader has a banner since 2.35. */
function latest(elf: ElfFile): GlibcRelease | null {
  const soname = elf.dynamic?.soname ?? '';
  if (movedIntoLibc.test(soname) && hasOwnCode(elf)) return lastBeforeMove;
  return familyOfLoader(soname) === 'glibc' ? 234 : null;
}

/**
 * Which release of glibc a part of it was built with: by its banner, by the name of its file up to 2.33, else within the bounds
 * that its versions and its code set. `realPath` is the path of the file, links resolved.
 */
export function buildOf(elf: ElfFile, realPath: string): GlibcBuild {
  const release = parseRelease(elf.libcText?.glibcVersion ?? releaseInName.exec(realPath)?.[1] ?? null);
  if (release !== null) return { least: release, most: release };
  return { least: highestVersion(elf), most: latest(elf) };
}

/** The two files cannot be of one release. */
export function areOfTwoReleases(one: GlibcBuild, other: GlibcBuild): boolean {
  const isAbove = ({ least }: GlibcBuild, { most }: GlibcBuild) =>
    least !== null && most !== null && least > most;
  return isAbove(one, other) || isAbove(other, one);
}

const dotted = (release: GlibcRelease): string => `${Math.floor(release / 100)}.${release % 100}`;

/** `glibc 2.36`, `a glibc up to 2.33`. */
export function buildWords({ least, most }: GlibcBuild): string {
  if (least !== null && least === most) return `glibc ${dotted(least)}`;
  if (most !== null && least !== null) return `a glibc from ${dotted(least)} to ${dotted(most)}`;
  if (most !== null) return `a glibc up to ${dotted(most)}`;
  return least === null ? 'a glibc' : `a glibc from ${dotted(least)} on`;
}
