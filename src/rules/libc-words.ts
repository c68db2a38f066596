import type { Libc } from '../container/libc.ts';

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
