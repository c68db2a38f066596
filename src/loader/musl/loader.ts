import type { Loader } from '../loader.ts';
import { dlopenUnderMusl } from './dlopen.ts';
import { startUnderMusl } from './start.ts';

/** ld-musl, which is musl's libc as well. */
export const musl: Loader = {
  family: 'musl',
  start: (container, executed, interp) => startUnderMusl(container, executed, interp, []),
  dlopen: dlopenUnderMusl,
};
