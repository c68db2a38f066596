import type { ProcessStart } from '../container/process-start.ts';

/**
 * The names in LD_PRELOAD (G30, M5, U8). `separators` are the loader's; under AT_SECURE (`secure`) glibc and uclibc drop
 * names with a slash (G80, U8), and musl does not read the variable at all.
 */
export function preloadNames({ env }: ProcessStart, separators: RegExp, secure: boolean): string[] {
  const names = (env.get('LD_PRELOAD') ?? '').split(separators).filter((name) => name !== '');
  return secure ? names.filter((name) => !name.includes('/')) : names;
}
