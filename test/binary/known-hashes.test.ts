import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBinary, readHashedBinary } from '../../src/binary/binary-file.ts';
import { KnownHashes } from '../../src/binary/known-hashes.ts';
import { CacheStore } from '../../src/image/cache/cache-store.ts';
import { LongWork } from '../../src/image/long-work.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();
const minute = 60_000;
const inAMinute = (): number => Date.now() + minute;
let count = 0;
const fresh = (): string => join(folder, String(++count));
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function file(content: string): string {
  const path = fresh();
  writeFileSync(path, content);
  return path;
}

/** What is said of the file, and whether its content was asked for. */
async function ask(
  hashes: KnownHashes,
  path: string,
): Promise<{ readonly hash: string; readonly read: boolean }> {
  const fd = openSync(path, 'r');
  let read = false;
  try {
    const hash = await hashes.of(fd, async () => {
      read = true;
      return sha256(path);
    });
    return { hash, read };
  } finally {
    closeSync(fd);
  }
}

const entriesOf = (store: CacheStore): string[] =>
  readdirSync(store.folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(store.folder, name))
    .filter((path) => statSync(path).isFile());

describe('the hash of a file', () => {
  test('is remembered for the next process', async () => {
    const cache = fresh();
    const path = file('one');
    expect(await ask(new KnownHashes(new CacheStore(cache), inAMinute), path)).toEqual({
      hash: sha256(path),
      read: true,
    });
    expect(await ask(new KnownHashes(new CacheStore(cache), inAMinute), path)).toEqual({
      hash: sha256(path),
      read: false,
    });
  });

  test('is made anew when the content changed, even where size and time of change were put back', async () => {
    const hashes = new KnownHashes(new CacheStore(fresh()), inAMinute);
    const path = file('one');
    const { atime, mtime } = statSync(path);
    await ask(hashes, path);
    writeFileSync(path, 'two');
    utimesSync(path, atime, mtime);
    expect(await ask(hashes, path)).toEqual({ hash: sha256(path), read: true });
  });

  test('is not remembered of a file that changed a moment ago', async () => {
    const hashes = new KnownHashes(new CacheStore(fresh()));
    const path = file('one');
    await ask(hashes, path);
    expect((await ask(hashes, path)).read).toBe(true);
  });

  test('is not remembered of a file that changed while it was read', async () => {
    const hashes = new KnownHashes(new CacheStore(fresh()), inAMinute);
    const path = file('one');
    const fd = openSync(path, 'r');
    await hashes.of(fd, async () => {
      const hash = sha256(path);
      writeFileSync(path, 'longer');
      return hash;
    });
    closeSync(fd);
    expect(await ask(hashes, path)).toEqual({ hash: sha256(path), read: true });
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 40)],
    ['empty', () => Buffer.alloc(0)],
    [
      'changed in one bit',
      (bytes: Buffer) => Buffer.concat([Buffer.from([(bytes[0] ?? 0) ^ 1]), bytes.subarray(1)]),
    ],
  ])('is made anew where the entry is %s', async (_, damage) => {
    const store = new CacheStore(fresh());
    const hashes = new KnownHashes(store, inAMinute);
    const path = file('one');
    await ask(hashes, path);
    const [entry = ''] = entriesOf(store);
    writeFileSync(entry, damage(readFileSync(entry)));
    expect(await ask(hashes, path)).toEqual({ hash: sha256(path), read: true });
    expect(await ask(hashes, path)).toEqual({ hash: sha256(path), read: false });
  });

  test('of another file of the same size and times is its own', async () => {
    const hashes = new KnownHashes(new CacheStore(fresh()), inAMinute);
    const [one, other] = [file('one'), file('two')];
    const time = new Date(1_700_000_000_000);
    for (const path of [one, other]) utimesSync(path, time, time);
    await ask(hashes, one);
    expect(await ask(hashes, other)).toEqual({ hash: sha256(other), read: true });
  });
});

describe('a large binary', () => {
  test('is hashed once, and its facts are read each time', async () => {
    const path = fresh();
    writeFileSync(
      path,
      Buffer.concat([readFileSync('fixtures/prediction-api'), Buffer.alloc(9 * 1024 ** 2)]),
    );
    const store = new CacheStore(fresh());
    const hashes = new KnownHashes(store, inAMinute);
    const work = new LongWork();
    const first = await readHashedBinary(path, { hashes, work });
    expect(first.sha256).toBe(sha256(path));
    expect(entriesOf(store).length).toBe(1);
    expect(await readHashedBinary(path, { hashes, work })).toEqual(first);
    expect(readBinary(path)).toEqual({ ...first, sha256: null });
  });
});
