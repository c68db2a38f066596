import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LayerIndex } from '../../src/image/image.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { squash } from '../../src/rootfs/squash.ts';
import { file, folder, hardlink, layer, link, opaque, whiteout } from './entries.ts';
import { merged } from './merged.ts';

/** The path that a look-up ends at, or its errno. */
function lookUp(rootfs: Rootfs, path: string, cwd = '/'): string {
  const found = rootfs.lookup(path, { cwd });
  return found.ok ? found.path : found.errno;
}

const names = (rootfs: Rootfs, path: string): string[] => rootfs.list(path).map(({ name }) => name);

describe('layers (I1 to I4)', () => {
  test.each<[string, readonly LayerIndex[], string, string[]]>([
    ['an upper layer adds', [layer(file('a/x')), layer(file('a/y'))], '/a', ['x', 'y']],
    [
      'a whiteout removes from lower layers',
      [layer(file('a/x'), file('a/y')), layer(whiteout('a/x'))],
      '/a',
      ['y'],
    ],
    [
      'a whiteout spares its own layer',
      [layer(file('a/x')), layer(file('a/y'), whiteout('a/y'))],
      '/a',
      ['x', 'y'],
    ],
    ['a whiteout of what is not there', [layer(file('a/x')), layer(whiteout('a/z'))], '/a', ['x']],
    [
      'a whiteout through a link',
      [layer(file('usr/lib/x'), link('lib', 'usr/lib')), layer(whiteout('lib/x'))],
      '/usr/lib',
      [],
    ],
    [
      'a link in place of a folder of the same layer leads what follows',
      [layer(file('a/x'), link('a', 'b'), file('a/y'))],
      '/b',
      ['y'],
    ],
    [
      'a hard link in place of the folder of its target',
      [layer(file('a/x'), hardlink('a', 'a/x'), file('a/y'))],
      '/a',
      ['y'],
    ],
    [
      'a folder comes back after its whiteout',
      [layer(file('a/x')), layer(file('a/y'), whiteout('a'), file('a/z'))],
      '/a',
      ['z'],
    ],
    [
      'an opaque marker hides lower entries',
      [layer(file('a/x')), layer(file('a/y'), opaque('a'))],
      '/a',
      ['y'],
    ],
    ['wherever it stands in its layer', [layer(file('a/x')), layer(opaque('a'), file('a/y'))], '/a', ['y']],
    [
      'below a link it hides nothing of what the link leads to',
      [layer(file('a/x'), link('l', 'a')), layer(opaque('l'))],
      '/a',
      ['x'],
    ],
    [
      'below a folder that a link leads to it hides',
      [layer(file('a/b/x'), link('l', 'a')), layer(opaque('l/b'))],
      '/a/b',
      [],
    ],
    [
      'it reaches into folders that both have',
      [layer(file('a/b/x')), layer(file('a/b/y'), opaque('a'))],
      '/a/b',
      ['y'],
    ],
    [
      'a file comes back in a third layer',
      [layer(file('a/x')), layer(whiteout('a/x')), layer(file('a/x'))],
      '/a',
      ['x'],
    ],
    [
      'a file below a link lands behind it (I2)',
      [layer(folder('usr/lib64'), link('lib64', 'usr/lib64')), layer(file('lib64/x'))],
      '/usr/lib64',
      ['x'],
    ],
    [
      'a folder entry replaces a link (I2)',
      [layer(file('usr/lib64/x'), link('lib64', 'usr/lib64')), layer(folder('lib64'))],
      '/lib64',
      [],
    ],
    [
      'a link replaces a folder and its content (I2)',
      [layer(file('a/x'), file('b/y')), layer(link('a', 'b'))],
      '/a',
      ['y'],
    ],
    ['a file replaces a folder', [layer(file('a/x')), layer(file('a'))], '/a', []],
    ['a folder replaces a file', [layer(file('a')), layer(file('a/x'))], '/a', ['x']],
    ['a folder entry keeps what is in it', [layer(file('a/x')), layer(folder('a', 0o700))], '/a', ['x']],
  ])('%s', (_name, layers, path, expected) => {
    expect(names(merged(layers), path)).toEqual(expected);
  });

  test('engines that unpack each layer by itself make a folder that hides a link of a lower layer (I2)', () => {
    const layers = [layer(file('usr/lib/x'), link('lib', 'usr/lib')), layer(file('lib/y'))];
    const { rootfs, crossedLink } = squash(layers, 'hidden');
    expect(rootfs.list('/lib').map(({ name }) => name)).toEqual(['y']);
    expect(rootfs.list('/usr/lib').map(({ name }) => name)).toEqual(['x']);
    expect(crossedLink).toBe('lib');
    const marked = squash([layer(file('usr/lib/x'), link('lib', 'usr/lib')), layer(opaque('lib'))], 'hidden');
    expect(marked.rootfs.list('/lib')).toEqual([]);
    expect(squash([layer(link('lib', 'usr/lib'), file('lib/y'))], 'hidden').crossedLink).toBeNull();
  });

  test('a hard link shares the inode and brings its mode (I3)', () => {
    const rootfs = merged([layer(file('a', 0o755)), layer(hardlink('b', 'a', 0o600))]);
    const [a, b] = [rootfs.lookup('/a'), rootfs.lookup('/b')];
    expect(a.ok && b.ok && a.inode.id === b.inode.id).toBe(true);
    expect(a.ok && a.inode.mode).toBe(0o600);
  });

  test('a hard link to a missing file is skipped (I3)', () => {
    expect(lookUp(merged([layer(hardlink('b', 'a'))]), '/b')).toBe('ENOENT');
  });

  test('one more layer leaves the tree below it as it was', () => {
    const below = merged([layer(file('a/x'))]);
    const above = below.withLayer(layer(whiteout('a/x'), file('a/y')));
    expect([names(below, '/a'), names(above, '/a')]).toEqual([['x'], ['y']]);
  });
});

describe('look-up inside the root (I5, I6, K1)', () => {
  const rootfs = merged([
    layer(
      file('usr/lib/libc.so.6'),
      link('lib', 'usr/lib'),
      link('abs', '/usr/lib'),
      link('up', '../../../usr'),
      link('loop', 'loop'),
      link('a', 'b'),
      link('b', 'a'),
      link('dangling', 'nowhere'),
      link('usr/back', '..'),
      file('file'),
    ),
  ]);
  test.each([
    ['/lib/libc.so.6', '/', '/usr/lib/libc.so.6'],
    ['/abs/libc.so.6', '/', '/usr/lib/libc.so.6'],
    ['/up/lib/libc.so.6', '/', '/usr/lib/libc.so.6'],
    ['/usr/back/lib/libc.so.6', '/', '/usr/lib/libc.so.6'],
    ['/../../lib/libc.so.6', '/', '/usr/lib/libc.so.6'],
    ['libc.so.6', '/usr/lib', '/usr/lib/libc.so.6'],
    ['./../lib//libc.so.6', '/usr/lib', '/usr/lib/libc.so.6'],
    ['/', '/', '/'],
    ['', '/', 'ENOENT'],
    ['/none', '/', 'ENOENT'],
    ['/dangling', '/', 'ENOENT'],
    ['/loop', '/', 'ELOOP'],
    ['/a/x', '/', 'ELOOP'],
    ['/file/x', '/', 'ENOTDIR'],
    ['/file/', '/', 'ENOTDIR'],
    [`/${'n'.repeat(256)}`, '/', 'ENAMETOOLONG'],
    [`/${'d/'.repeat(2100)}`, '/', 'ENAMETOOLONG'],
  ])('%s from %s is %s', (path, cwd, expected) => {
    expect(lookUp(rootfs, path, cwd)).toBe(expected);
  });

  test('40 links are followed, 41 are not', () => {
    const chain = (count: number) =>
      merged([
        layer(file('l0'), ...Array.from({ length: count }, (_, index) => link(`l${index + 1}`, `l${index}`))),
      ]);
    expect([lookUp(chain(40), '/l40'), lookUp(chain(41), '/l41')]).toEqual(['/l0', 'ELOOP']);
  });

  test('the link itself is returned where it must not be followed', () => {
    const found = rootfs.lookup('/lib', { follow: false });
    expect(found.ok && found.inode.target).toBe('usr/lib');
  });
});

describe('search permission (K1, R5)', () => {
  const rootfs = merged([
    layer(
      folder('owner', 0o700, { uid: 5, gid: 5 }),
      file('owner/x'),
      folder('group', 0o710, { uid: 0, gid: 7 }),
      file('group/x'),
      folder('owner-shut-out', 0o077, { uid: 5, gid: 5 }),
      file('owner-shut-out/x'),
    ),
  ]);
  const search = (path: string, uid: number, gids: number[], searchAll = false) => {
    const found = rootfs.lookup(path, { credentials: { uid, gids, searchAll, executeAll: searchAll } });
    return found.ok ? 'found' : found.errno;
  };
  test.each([
    ['the owner', '/owner/x', 5, [5], false, 'found'],
    ['another user', '/owner/x', 6, [6], false, 'EACCES'],
    ['who may search everything', '/owner/x', 6, [6], true, 'found'],
    ['a member of the group', '/group/x', 6, [6, 7], false, 'found'],
    ['no member', '/group/x', 6, [6], false, 'EACCES'],
    ['only the first class that fits counts', '/owner-shut-out/x', 5, [5], false, 'EACCES'],
  ])('%s', (_name, path, uid, gids, all, expected) => {
    expect(search(path, uid, gids, all)).toBe(expected);
  });
});

test('whatever layers hold, a look-up ends and stays in the root', () => {
  const name = fc.constantFrom('a', 'b', 'c', '..', '.', '');
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  const inside = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));
  const entry = fc.oneof(
    inside.map((at) => file(at)),
    inside.map((at) => folder(at)),
    fc.tuple(inside, path, fc.boolean()).map(([at, to, absolute]) => link(at, absolute ? `/${to}` : to)),
    fc.tuple(inside, inside).map(([at, to]) => hardlink(at, to)),
    inside.map((at) => whiteout(at)),
    inside.map((at) => opaque(at)),
  );
  const layers = fc.array(fc.array(entry, { maxLength: 8 }), { maxLength: 4 });
  fc.assert(
    fc.property(layers, path, (entries, asked) => {
      const rootfs = merged(entries.map((each) => layer(...each)));
      const found = rootfs.lookup(`/${asked}`);
      if (found.ok) expect(found.path).toMatch(/^\/((a|b|c)(\/(a|b|c))*)?$/);
    }),
  );
});
