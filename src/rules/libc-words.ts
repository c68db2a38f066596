import type { Libc, LibcFamily } from '../container/libc.ts';

/** The family that a PT_INTERP path stands for, by the names that the loaders are installed under; null for others. */
export function familyOfInterp(interp: string): LibcFamily | null {
  const name = interp.slice(interp.lastIndexOf('/') + 1);
  if (name.startsWith('ld-musl-')) return 'musl';
  if (/^ld(64)?-uClibc/.test(name)) return 'uclibc';
  if (/^linker(64)?$/.test(name)) return 'bionic';
  if (/^(ld-linux|ld64\.so|ld\.so\.1|ld-2\.)/.test(name)) return 'glibc';
  return null;
}

/** `glibc 2.36 (/lib64/ld-linux-x86-64.so.2)` for each, or that there is none. */
export function libcWords(libcs: readonly Libc[]): string {
  if (libcs.length === 0) return 'no dynamic loader at all';
  return libcs
    .map(
      ({ family, version, loaderPath }) =>
        `${family}${version === null ? '' : ` ${version}`} (${loaderPath})`,
    )
    .join(', ');
}
