import type { Loader } from '../loader.ts';
import { startUnderUclibc } from './start.ts';

/** ld-uClibc of uclibc-ng. */
export const uclibc: Loader = { family: 'uclibc', start: startUnderUclibc, dlopen: null };
