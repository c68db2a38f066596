import type { CacheUsage } from '../../image/cache/cache-store.ts';
import { printable } from '../printable.ts';

/** A number of bytes in megabytes, with one decimal. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Where the cache is, how many entries it has, and their size. */
export function renderCacheText({ folder, entries, size, limit, unused }: CacheUsage): string {
  return [
    `folder   ${printable(folder)}`,
    ...(unused === null ? [] : [`unused   it ${printable(unused)}`]),
    `entries  ${entries}`,
    `size     ${megabytes(size)} of at most ${megabytes(limit)}`,
    '',
  ].join('\n');
}
