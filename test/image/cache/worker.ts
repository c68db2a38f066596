import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { ImageCache } from '../../../src/image/cache/image-cache.ts';
import { workerLayer } from './worker-layer.ts';

/** One of many processes on the same cache: writes, reads and prunes, and ends with 1 when it read what nobody wrote. */
const [folder = '', limit = '', rounds = ''] = process.argv.slice(2);
const store = new CacheStore(folder, Number(limit));
const cache = new ImageCache(store);
process.stdout.write('started\n');
for (let round = 0; round < Number(rounds); round++) {
  const number = Math.floor(Math.random() * 20);
  const layer = workerLayer(number);
  const found = cache.layer(layer.diffID);
  if (found === null) cache.storeLayer(layer, `sha256:${'f'.repeat(62)}${String(number).padStart(2, '0')}`);
  else if (JSON.stringify(found) !== JSON.stringify(layer)) process.exit(1);
  if (round % 50 === 0) store.prune();
}
