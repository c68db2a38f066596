import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultCacheFolder } from '../../../src/image/cache/cache-folder.ts';
import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { compiledCodePath } from '../../../src/image/cache/compiled-code.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = (): string => join(folder, String(++count));

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name)).isFile(),
  );

/** The file of the only entry. */
const onlyFile = (store: CacheStore): string => join(store.folder, filesBelow(store.folder)[0] ?? '');

const kilobyte = (fill: string): Buffer => Buffer.alloc(1000, fill);

describe('a cache', () => {
  test('gives back what was written, under its kind and key alone', () => {
    const store = new CacheStore(fresh());
    store.write('layer', 'a', Buffer.from('one'));
    expect(store.read('layer', 'a')?.toString()).toBe('one');
    expect(store.read('layer', 'b')).toBeNull();
    expect(store.read('tag', 'a')).toBeNull();
    store.write('layer', 'a', Buffer.from('two'));
    expect(store.read('layer', 'a')?.toString()).toBe('two');
    store.drop('layer', 'a');
    expect(store.read('layer', 'a')).toBeNull();
  });

  test('takes any key, also one that would leave its folder', () => {
    const store = new CacheStore(fresh());
    const key = '../../../../outside\0/sha256:0';
    store.write('tag', key, Buffer.from('x'));
    expect(store.read('tag', key)?.toString()).toBe('x');
    expect(filesBelow(store.folder).length).toBe(1);
  });

  test('is for its owner alone', () => {
    const store = new CacheStore(fresh());
    store.write('layer', 'a', kilobyte('a'));
    expect(statSync(onlyFile(store)).mode & 0o077).toBe(0);
    expect(statSync(store.folder).mode & 0o077).toBe(0);
  });

  test('that cannot be written keeps nothing, and is not an error', () => {
    const path = fresh();
    writeFileSync(path, 'a file');
    const store = new CacheStore(path);
    store.write('layer', 'a', kilobyte('a'));
    expect(store.read('layer', 'a')).toBeNull();
    expect(store.usage()).toMatchObject({ entries: 0, size: 0 });
    expect(store.clear()).toEqual({ removed: 0, freed: 0 });
  });

  test('reports what it holds', () => {
    const store = new CacheStore(fresh(), 5000);
    store.write('layer', 'a', kilobyte('a'));
    store.write('document', 'b', kilobyte('b').subarray(0, 10));
    expect(store.usage()).toEqual({
      folder: store.folder,
      entries: 2,
      size: 1010,
      limit: 5000,
      unused: null,
    });
  });
});

describe('the size of a cache', () => {
  test('stays near its limit, and what was used last stays', () => {
    const store = new CacheStore(fresh(), 10_000, 0);
    for (let i = 0; i < 40; i++) {
      store.write('layer', `layer ${i}`, kilobyte('x'));
      const seconds = 1_000_000 + i;
      for (const name of filesBelow(store.folder)) {
        const path = join(store.folder, name);
        if (statSync(path).mtimeMs > 1e12) utimesSync(path, seconds, seconds);
      }
      store.read('layer', 'layer 0');
      expect(store.usage().size).toBeLessThanOrEqual(11_000);
    }
    expect(store.read('layer', 'layer 0')).not.toBeNull();
    expect(store.read('layer', 'layer 39')).not.toBeNull();
    expect(store.read('layer', 'layer 5')).toBeNull();
  });

  test('is measured after a twentieth of it was written, not with every entry', () => {
    const store = new CacheStore(fresh(), 20_000, 0);
    writeForeign(store, 'v0', 30_000);
    store.write('tag', 'a', kilobyte('a').subarray(0, 999));
    expect(store.usage().size).toBe(30_999);
    store.write('tag', 'b', Buffer.from('b'));
    expect(store.usage().size).toBeLessThanOrEqual(20_000);
  });

  test('takes no entry that is larger than all of it', () => {
    const store = new CacheStore(fresh(), 500);
    store.write('layer', 'a', kilobyte('a'));
    expect(store.read('layer', 'a')).toBeNull();
  });
});

/** An entry of another version of the format. */
function writeForeign(store: CacheStore, version: string, size: number): string {
  const path = join(store.folder, version, 'layer', 'ab', 'c'.repeat(62));
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, Buffer.alloc(size));
  utimesSync(path, 1, 1);
  return path;
}

describe('clear and prune', () => {
  test('remove only what belongs to the cache', () => {
    const store = new CacheStore(fresh());
    store.write('layer', 'a', kilobyte('a'));
    const others = [
      'mine.txt',
      'v4/mine.txt',
      'v4/layer/mine',
      'v4/layer/ab/mine',
      'documents/v5/layer/ab/x',
    ];
    for (const name of others) {
      mkdirSync(join(store.folder, name, '..'), { recursive: true });
      writeFileSync(join(store.folder, name), 'mine');
    }
    expect(store.clear()).toEqual({ removed: 1, freed: 1000 });
    for (const name of others) expect(readFileSync(join(store.folder, name), 'utf8')).toBe('mine');
  });

  test('leave no empty folders', () => {
    const store = new CacheStore(fresh());
    store.write('layer', 'a', kilobyte('a'));
    store.write('tag', 'a', kilobyte('a'));
    store.clear();
    expect(readdirSync(store.folder)).toEqual([]);
  });

  test('take what a killed process left, but not what one is writing now', () => {
    const store = new CacheStore(fresh());
    const path = (name: string): string => join(store.folder, 'v5', 'layer', 'ab', name);
    mkdirSync(join(store.folder, 'v5', 'layer', 'ab'), { recursive: true });
    for (const name of ['.tmp-1-0123456789ab', '.tmp-2-0123456789ab']) writeFileSync(path(name), 'half');
    const old = Date.now() / 1000 - 7200;
    utimesSync(path('.tmp-1-0123456789ab'), old, old);
    expect(store.usage().entries).toBe(0);
    expect(store.prune().removed).toBe(1);
    expect(existsSync(path('.tmp-2-0123456789ab'))).toBe(true);
    expect(store.clear().removed).toBe(1);
  });

  test('take other versions of the format too, as the oldest', () => {
    const store = new CacheStore(fresh(), 1500);
    const old = writeForeign(store, 'v0', 1000);
    store.write('layer', 'a', kilobyte('a').subarray(0, 600));
    store.prune();
    expect(existsSync(old)).toBe(false);
    expect(store.read('layer', 'a')).not.toBeNull();
  });
});

describe('the default folder', () => {
  test.each([
    [{ XDG_CACHE_HOME: '/c', HOME: '/h' }, '/c/libc-check'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/libc-check'],
    [{ HOME: '/h' }, '/h/.cache/libc-check'],
    [{}, null],
  ])('of %j is %s', (env, expected) => {
    expect(defaultCacheFolder(env)).toBe(expected);
  });

  test('has compiled code of this program among what it counts and removes, and no other file of that folder', () => {
    const store = new CacheStore(fresh());
    const compiled = { version: '0.1.0', commit: 'unknown', node: 'v20.20.2', architecture: 'x64' };
    const own = [
      compiledCodePath({ ...compiled, part: 'check' }),
      compiledCodePath({ ...compiled, commit: '0123456789ab', architecture: 'arm64', part: 'tar-stream' }),
      `${compiledCodePath({ ...compiled, part: 'cache' })}.4711`,
    ];
    const others = ['code/main.py', 'code/0.1.0-notes-v1.txt', 'code/src/index.ts'];
    for (const name of [...own, ...others]) {
      mkdirSync(dirname(join(store.folder, name)), { recursive: true });
      writeFileSync(join(store.folder, name), kilobyte('c'));
    }
    expect(store.usage().entries).toBe(own.length);
    store.clear();
    expect(filesBelow(store.folder).sort()).toEqual(others.sort());
  });
});
