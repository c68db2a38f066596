import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { readOwnFile, writeOwnFile } from '../../../src/image/cache/own-file.ts';
import { folderFault, makeOwnFolders } from '../../../src/image/cache/own-folder.ts';
import { describeNeeding, needRoot } from '../../needs.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;
const fresh = (): string => join(folder, String(++count));

/** Nobody's id on most systems; any id but this user's will do. */
const somebody = 65534;

/** A store with one entry, and the path of the entry. */
function storeWithEntry(): { store: () => CacheStore; entry: string } {
  const path = fresh();
  new CacheStore(path).write('layer', 'a', Buffer.from('mine'));
  const [entry = ''] = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile());
  return { store: () => new CacheStore(path), entry };
}

/** What a cache makes of an entry that another user could have touched: nothing, and a new one is not kept in such a folder. */
function expectNoCache(store: CacheStore): void {
  expect(store.read('layer', 'a')).toBeNull();
  expect(store.has('layer', 'a')).toBe(false);
}

describe('an entry that others can write to', () => {
  test('is none, and is replaced by one that they cannot', () => {
    const { store, entry } = storeWithEntry();
    chmodSync(entry, 0o620);
    expectNoCache(store());
    store().write('layer', 'a', Buffer.from('again'));
    expect(store().read('layer', 'a')?.toString()).toBe('again');
    expect(statSync(entry).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['the folder of entries', 1],
    ['the folder of a kind', 2],
    ['the folder of a version', 3],
    ['the cache itself', 4],
  ])('in %s is none, and nothing is written or removed there', (_what, up) => {
    const { store, entry } = storeWithEntry();
    let above = entry;
    for (let i = 0; i < up; i++) above = dirname(above);
    chmodSync(above, 0o770);
    expectNoCache(store());
    store().write('layer', 'a', Buffer.from('again'));
    store().drop('layer', 'a');
    expect(store().clear()).toEqual({ removed: 0, freed: 0 });
    expect(readFileSync(entry, 'utf8')).toBe('mine');
  });
});

describe('a link in a cache', () => {
  test('in the place of an entry is not followed, and is replaced', () => {
    const { store, entry } = storeWithEntry();
    const elsewhere = fresh();
    renameSync(entry, elsewhere);
    symlinkSync(elsewhere, entry);
    expectNoCache(store());
    store().write('layer', 'a', Buffer.from('again'));
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(store().read('layer', 'a')?.toString()).toBe('again');
  });

  test('in the place of a folder is not followed, and nothing is removed through it', () => {
    const { store, entry } = storeWithEntry();
    const elsewhere = fresh();
    renameSync(dirname(entry), elsewhere);
    symlinkSync(elsewhere, dirname(entry));
    expectNoCache(store());
    expect(store().usage().entries).toBe(0);
    expect(store().clear()).toEqual({ removed: 0, freed: 0 });
    expect(readdirSync(elsewhere).length).toBe(1);
  });

  test('in the place of the folder of a version is not followed, and nothing is made in what it leads to', () => {
    const path = fresh();
    const elsewhere = fresh();
    makeOwnFolders(path, []);
    makeOwnFolders(elsewhere, []);
    symlinkSync(elsewhere, join(path, 'v5'));
    new CacheStore(path).write('layer', 'a', Buffer.from('mine'));
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('to itself is nothing', () => {
    const { store, entry } = storeWithEntry();
    rmSync(entry);
    symlinkSync(entry, entry);
    expectNoCache(store());
    expect(store().usage().entries).toBe(0);
  });
});

describe('what is no file in the place of an entry', () => {
  test('is none: a FIFO is not waited for, and is replaced', () => {
    const { store, entry } = storeWithEntry();
    rmSync(entry);
    spawnSync('mkfifo', [entry]);
    expectNoCache(store());
    store().write('layer', 'a', Buffer.from('again'));
    expect(store().read('layer', 'a')?.toString()).toBe('again');
  });

  test('is none: a folder stays', () => {
    const { store, entry } = storeWithEntry();
    rmSync(entry);
    mkdirSync(entry);
    expectNoCache(store());
    store().write('layer', 'a', Buffer.from('again'));
    store().drop('layer', 'a');
    expect(statSync(entry).isDirectory()).toBe(true);
  });
});

describe('a folder that is named as cache', () => {
  test('may be a link of this user', () => {
    const { store } = storeWithEntry();
    const link = fresh();
    symlinkSync(store().folder, link);
    expect(new CacheStore(link).read('layer', 'a')?.toString()).toBe('mine');
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, ''), /^is not a folder$/],
    ['a link to itself', (path: string) => symlinkSync(path, path), /^cannot be used: ELOOP/],
    [
      'a folder of a group',
      (path: string) => {
        mkdirSync(path);
        chmodSync(path, 0o775);
      },
      /^can be written by other users$/,
    ],
  ])('is none when it is %s', (_what, make, why) => {
    const path = fresh();
    make(path);
    const store = new CacheStore(path);
    store.write('layer', 'a', Buffer.from('mine'));
    expectNoCache(store);
    expect(store.usage()).toMatchObject({ entries: 0, unused: expect.stringMatching(why) });
  });

  test('below /proc is none, and is not waited for', () => {
    const store = new CacheStore('/proc/nothing/cache');
    store.write('layer', 'a', Buffer.from('mine'));
    expectNoCache(store);
    expect(() => makeOwnFolders('/proc/nothing/cache', [])).toThrow(/ENOENT/);
  });
});

describeNeeding('what another user made', [needRoot], () => {
  test.each([
    ['the entry', 0],
    ['the folder of entries', 1],
    ['the folder of a version', 3],
    ['the cache', 4],
  ])('is not believed: %s', (_what, up) => {
    const { store, entry } = storeWithEntry();
    let path = entry;
    for (let i = 0; i < up; i++) path = dirname(path);
    chownSync(path, somebody, somebody);
    expectNoCache(store());
  });

  test('is not followed where it is a link to a folder of this user', () => {
    const { store } = storeWithEntry();
    const link = fresh();
    symlinkSync(store().folder, link);
    lchownSync(link, somebody, somebody);
    expectNoCache(new CacheStore(link));
    expect(folderFault(link)).toBe('is a link that another user made');
  });

  test('is not written into, whatever is in it', () => {
    const path = fresh();
    mkdirSync(path, { mode: 0o777 });
    chownSync(path, somebody, somebody);
    new CacheStore(path).write('layer', 'a', Buffer.from('mine'));
    expect(readdirSync(path)).toEqual([]);
    expect(folderFault(path)).toBe(`belongs to another user (${somebody})`);
  });
});

describe('a file that is written', () => {
  test('is for its owner alone', () => {
    const path = join(fresh(), 'file');
    makeOwnFolders(dirname(path), []);
    writeOwnFile(path, Buffer.from('x'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('takes the place of a link, and not of what that leads to', () => {
    const at = fresh();
    makeOwnFolders(at, []);
    writeFileSync(join(at, 'precious'), 'precious');
    symlinkSync('precious', join(at, 'link'));
    linkSync(join(at, 'precious'), join(at, 'hard'));
    writeOwnFile(join(at, 'link'), Buffer.from('new'));
    writeOwnFile(join(at, 'hard'), Buffer.from('new'));
    expect(readFileSync(join(at, 'precious'), 'utf8')).toBe('precious');
    expect(readOwnFile(join(at, 'link'), 10)?.toString()).toBe('new');
    expect(readdirSync(at).sort()).toEqual(['hard', 'link', 'precious']);
  });

  test('leaves nothing behind when it cannot take its place', () => {
    const at = fresh();
    makeOwnFolders(at, ['taken']);
    expect(() => writeOwnFile(join(at, 'taken'), Buffer.from('new'))).toThrow(/EISDIR/);
    expect(readdirSync(at)).toEqual(['taken']);
  });
});
