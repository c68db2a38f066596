import type { CacheUsage } from '../../image/cache/cache-store.ts';
import { jsonDocument } from '../printable.ts';

/** Where the cache is, how many entries it has, and their size in bytes, as one JSON document; `unused`: why it is not used. */
export function renderCacheJson({ folder, entries, size, limit, unused }: CacheUsage): string {
  return jsonDocument({ folder, entries, size, limit, unused });
}
