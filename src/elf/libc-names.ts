/** Which libc a name belongs to: of a loader, of a library, of a symbol version. */

export type LibcFamily = 'glibc' | 'musl' | 'uclibc' | 'bionic';

type NamePattern = readonly [family: LibcFamily, pattern: RegExp];

/** By DT_SONAME and file name; musl is its own loader, so that libc.musl-ARCH.so.1 is one too. */
const loaders: readonly NamePattern[] = [
  ['musl', /^(ld-musl-|libc\.musl-)/],
  ['uclibc', /^ld(64)?-uClibc/],
  ['bionic', /^(linker(64)?|ld-android\.so)$/],
  ['glibc', /^(ld-linux.*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1|ld-\d.*\.so)$/],
];

/** `libc.so` is not here: musl's own gcc wrapper and bionic both link it. */
const libraries: readonly NamePattern[] = [
  ['glibc', /^libc\.so\.6(\.1)?$/],
  ['uclibc', /^(libc\.so\.[01]|libuClibc)/],
];

/** Names under which loaders are installed for programs to name them in PT_INTERP. */
export const installedLoader =
  /^(ld-linux[\w.+-]*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1|ld-musl-[\w-]+\.so\.1|ld(64)?-uClibc\.so\.\d+|linker(64)?)$/;

function familyIn(patterns: readonly NamePattern[], name: string): LibcFamily | null {
  return patterns.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** The family of a loader by its DT_SONAME or file name; null when no loader has it. */
export function familyOfLoader(name: string): LibcFamily | null {
  return familyIn(loaders, name);
}

/** The family that a PT_INTERP path names; null for a loader of no known family. */
export function familyOfInterp(path: string): LibcFamily | null {
  return familyOfLoader(path.slice(path.lastIndexOf('/') + 1));
}

/** The family whose loader or libc has this soname; null for every other library, and for `libc.so`, which two libcs use. */
export function familyOfSoname(soname: string): LibcFamily | null {
  return familyOfLoader(soname) ?? familyIn(libraries, soname);
}

/** The family that defines a symbol version; null for versions of other libraries. */
export function familyOfVersion(version: string): LibcFamily | null {
  return version.startsWith('GLIBC_') ? 'glibc' : null;
}
