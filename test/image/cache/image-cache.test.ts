import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { ImageCache } from '../../../src/image/cache/image-cache.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import type { SourceImage } from '../../../src/image/source-options.ts';
import { imageError, plainEntry, plainIndex } from '../expectations.ts';
import { OciBlobs } from '../oci-blobs.ts';
import { contextOf, openFrom, TestRegistry } from '../registry/test-registry.ts';
import { fixtureBytes, inPieces, tarBytes } from '../tar-bytes.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const members = [
  { name: 'lib/ld-musl-x86_64.so.1', mode: 0o755, data: fixtureBytes('bin/musl-dynamic') },
  { name: 'etc/os-release', data: 'ID=test\n' },
  { name: 'run', mode: 0o755, data: '#!/bin/sh\n' },
  { name: 'data', data: 'x'.repeat(1000) },
];
const oci = new OciBlobs();
const compressed = oci.layer(members);
const plain = oci.layer([{ name: 'upper' }], 'plain');
const image = oci.image('amd64', [compressed, plain]);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await new TestRegistry(oci).start();
  registry.tag('1', image);
});
afterAll(() => registry.stop());

const storeIn = (name: string): CacheStore => new CacheStore(join(folder, name));
const open = (store: CacheStore, offline = false, tag = '1'): Promise<SourceImage> =>
  openFrom(`${registry.host}/app:${tag}`, contextOf(folder, { cache: new ImageCache(store), offline }));

/** The requests that opening the image took. */
async function requestsOf(
  store: CacheStore,
  offline = false,
): Promise<{ image: SourceImage; urls: string[] }> {
  registry.seen.length = 0;
  const opened = await open(store, offline);
  return { image: opened, urls: [...registry.urls] };
}

const files = (store: CacheStore): string[] =>
  readdirSync(store.folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(store.folder, name))
    .filter((path) => statSync(path).isFile());

describe('an image of a registry', () => {
  test('is read once: then only its tag is looked up', async () => {
    const store = storeIn('warm');
    const cold = await requestsOf(store);
    expect(cold.urls.length).toBe(5);
    const warm = await requestsOf(store);
    expect(warm.urls).toEqual(['HEAD /v2/app/manifests/1']);
    expect(plainIndex(warm.image.content)).toEqual(plainIndex(cold.image.content));
    expect({ ...warm.image, content: null }).toEqual({ ...cold.image, content: null });
  });

  test('is never taken for what its tag led to in an earlier run', async () => {
    const store = storeIn('moved');
    await open(store);
    registry.tag('1', oci.image('amd64', [plain]));
    expect((await open(store)).content.layers.length).toBe(1);
    registry.tag('1', image);
  });

  test('is taken from the cache alone when offline', async () => {
    const store = storeIn('offline');
    const missing = await imageError(() => open(store, true));
    expect(missing).toMatchObject({
      code: 'unreadable',
      message: `not asked (--offline), and ${registry.host}/app:1 is not in the cache: run once without --offline`,
    });
    const cold = await open(store);
    const offline = await requestsOf(store, true);
    expect(offline.urls).toEqual([]);
    expect(plainIndex(offline.image.content)).toEqual(plainIndex(cold.content));
    expect(offline.image.resolved).toBe(`${registry.host}/app:1 (${image.digest}, from the cache)`);
  });

  test('is asked for nothing when its name has a digest', async () => {
    const context = () => contextOf(folder, { cache: new ImageCache(storeIn('digest')) });
    const name = `${registry.host}/app@${image.digest}`;
    const cold = await openFrom(name, context());
    registry.seen.length = 0;
    expect(plainIndex((await openFrom(name, context())).content)).toEqual(plainIndex(cold.content));
    expect(registry.urls).toEqual([]);
  });

  test('has each layer stored once', async () => {
    const store = storeIn('once');
    await open(store);
    const kinds = files(store).map((path) => path.split('/').at(-3));
    expect(kinds.sort()).toEqual(['alias', 'document', 'document', 'layer', 'layer', 'tag']);
  });

  test('is not stored when it is not what its digest says', async () => {
    const store = storeIn('wrong');
    registry.intercept = (request, response) => {
      if (!request.url?.endsWith(plain.descriptor.digest)) return false;
      response.end(Buffer.alloc(plain.descriptor.size));
      return true;
    };
    await imageError(() => open(store));
    registry.intercept = () => false;
    expect(new ImageCache(store).layer(plain.descriptor.digest)).toBeNull();
    expect(await requestsOf(store, false)).toMatchObject({ image: { digest: image.digest } });
  });
});

describe('a damaged entry', () => {
  test('of any kind, with any bit turned, is dropped and made again', async () => {
    const store = storeIn('damaged');
    const right = plainIndex((await open(store)).content);
    for (const path of files(store)) {
      const good = readFileSync(path);
      for (let i = 0; i < 40; i++) {
        const bytes = Buffer.from(good);
        const at = Math.floor((i / 40) * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (i % 8));
        writeFileSync(path, bytes);
        expect(plainIndex((await open(store)).content)).toEqual(right);
        writeFileSync(path, good);
      }
    }
  });

  test('that is cut off or empty is too', async () => {
    const store = storeIn('cut');
    const right = plainIndex((await open(store)).content);
    for (const path of files(store)) {
      const good = readFileSync(path);
      for (const length of [0, 1, 8, 30, good.length - 1]) {
        writeFileSync(path, good.subarray(0, length));
        expect(plainIndex((await open(store)).content)).toEqual(right);
      }
    }
    const whole = await requestsOf(store);
    expect(whole.urls).toEqual(['HEAD /v2/app/manifests/1']);
  });

  test('under the name of another layer is not taken for it', () => {
    const store = storeIn('swapped');
    const cache = new ImageCache(store);
    const [one, two] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
    cache.storeLayer({ diffID: one, entries: [] });
    store.write('layer', two, store.read('layer', one) ?? Buffer.alloc(0));
    expect(cache.layer(two)).toBeNull();
    expect(cache.layer(one)).toEqual({ diffID: one, entries: [] });
  });
});

/**
 * What an index keeps of a layer is part of the cache's format: a program that kept other things must not read these entries.
 * When this fails since more or other facts are kept, raise `formatVersion` of cache-store.ts (and the magic of serialize.ts
 * when the encoding changed), then put the new digest here.
 */
test('what is kept of a layer has not changed since the version of the format was raised', async () => {
  const { layer } = await indexLayer(inPieces(tarBytes(members)), { what: 'x', budget: new IndexBudget() });
  const text = JSON.stringify(layer.entries.map(plainEntry), (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe('fd2c822fd6af1fb9');
});
