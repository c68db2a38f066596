import type { LibcFamily } from '../elf/libc-names.ts';
import { glibc } from './glibc/loader.ts';
import type { Loader } from './loader.ts';
import { musl } from './musl/loader.ts';
import { uclibc } from './uclibc/loader.ts';

/** The loaders that are simulated, by the libc that they belong to. */
export const loaders: Readonly<Record<LibcFamily, Loader | null>> = { glibc, musl, uclibc, bionic: null };
