import { join } from 'node:path';

/** `$XDG_CACHE_HOME/libc-check`, or the place that the system has for caches; null without a home. */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>>): string | null {
  const base = env['XDG_CACHE_HOME'];
  if (base?.startsWith('/') === true) return join(base, 'libc-check');
  const home = env['HOME'];
  return home ? join(home, '.cache', 'libc-check') : null;
}
