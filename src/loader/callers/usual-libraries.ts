import type { CallerKind } from './known-callers.ts';

/** Beside the libc, what programs of a kind have in DT_NEEDED, built for glibc before 2.34 (S34). */
const byKind: { readonly [id in CallerKind['id']]?: readonly string[] } = {
  node: ['libdl.so.2', 'libstdc++.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libpthread.so.0'],
  python: ['libpthread.so.0', 'libdl.so.2', 'libutil.so.1', 'libm.so.6'],
  java: ['libpthread.so.0', 'libdl.so.2'],
};

/** dlopen was a function of libdl.so.2, so whoever calls it has that library. */
const anyCaller: readonly string[] = ['libdl.so.2'];

/** The libraries beside libc.so.6 that a program of this kind brings under a glibc before 2.34, which took them into libc. */
export const usualLibraries = (kind: CallerKind | null): readonly string[] =>
  (kind === null ? undefined : byKind[kind.id]) ?? anyCaller;
