import type { OptionGroup } from './option.ts';

/** Where the cache is. */
export const cacheOptions = {
  heading: 'Cache',
  options: [
    {
      name: 'cache-dir',
      kind: 'value',
      value: 'FOLDER',
      example: '.cache/libc-check',
      describe: 'Folder of the cache (default: $XDG_CACHE_HOME/libc-check)',
      docLong:
        'The folder of the cache. Default: `$XDG_CACHE_HOME/libc-check`, or `~/.cache/libc-check`. [cache.md](cache.md) says what is in it.',
    },
  ],
} as const satisfies OptionGroup;

/** Whether the cache is used. */
export const cacheUseOptions = {
  heading: 'Cache',
  options: [
    {
      name: 'no-cache',
      kind: 'flag',
      describe: 'Neither read nor write the cache',
      docLong: 'The cache is neither read nor written.',
    },
  ],
} as const satisfies OptionGroup;
