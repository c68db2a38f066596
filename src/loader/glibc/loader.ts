import type { Loader } from '../loader.ts';
import { dlopenUnderGlibc } from './dlopen.ts';
import { startUnderGlibc } from './start.ts';

/** ld.so of glibc. */
export const glibc: Loader = { family: 'glibc', start: startUnderGlibc, dlopen: dlopenUnderGlibc };
