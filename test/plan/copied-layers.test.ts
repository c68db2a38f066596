import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LayerIndex } from '../../src/image/image.ts';
import { AddedLayers, copiedLayer } from '../../src/plan/copied-layers.ts';
import { merged } from '../rootfs/merged.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'libc-check-copied-'));
  writeFileSync(join(folder, 'app.conf'), 'x', { mode: 0o640 });
  mkdirSync(join(folder, 'tree', 'inner'), { recursive: true });
  writeFileSync(join(folder, 'tree', 'inner', 'one'), '1');
  linkSync(join(folder, 'tree', 'inner', 'one'), join(folder, 'tree', 'inner', 'two'));
  symlinkSync('inner/one', join(folder, 'tree', 'link'));
  symlinkSync('tree', join(folder, 'other-tree'));
  symlinkSync('app.conf', join(folder, 'other.conf'));
  mkdirSync(join(folder, 'accounts'));
  writeFileSync(join(folder, 'accounts', 'passwd'), 'app:x:100:100::/:/app\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

const owner = { mode: 0o755, uid: 0, gid: 0 };

const image = merged([
  {
    diffID: null,
    entries: [
      { ...owner, type: 'directory', path: 'etc' },
      { ...owner, type: 'directory', path: 'usr' },
      { ...owner, type: 'symlink', path: 'conf', target: 'etc' },
    ],
  },
]);

const paths = ({ entries }: LayerIndex) => entries.map(({ path }) => path).sort();

describe('a file that is added', () => {
  test.each([
    { destination: '/etc/other.conf', stands: 'etc/other.conf', when: 'a path says its new name' },
    { destination: '/etc/', stands: 'etc/app.conf', when: 'a slash at the end says the folder' },
    { destination: '/etc', stands: 'etc/app.conf', when: 'the image has a folder of that name' },
    { destination: '/conf', stands: 'conf/app.conf', when: 'the image has a link to a folder of that name' },
    { destination: '/new/', stands: 'new/app.conf', when: 'the folder is new' },
    { destination: 'srv', stands: 'srv', when: 'the path is not absolute' },
  ])('stands at $stands for $destination: $when', async ({ destination, stands }) => {
    const layer = await new AddedLayers().of({ source: join(folder, 'app.conf'), destination }, image);
    expect(paths(layer)).toEqual([stands]);
  });

  test('through a link is the file that the link leads to', async () => {
    const { entries } = await new AddedLayers().of(
      { source: join(folder, 'other.conf'), destination: '/etc/' },
      image,
    );
    expect(entries).toMatchObject([{ type: 'file', path: 'etc/other.conf', size: 1 }]);
  });

  test('keeps its permissions and belongs to root', async () => {
    const { entries } = await new AddedLayers().of(
      { source: join(folder, 'app.conf'), destination: '/a' },
      image,
    );
    expect(entries).toMatchObject([{ type: 'file', mode: 0o640, uid: 0, gid: 0, size: 1 }]);
  });
});

describe('a folder that is added', () => {
  test.each(['/opt/app', '/opt/app/', 'opt/app'])(
    'gives its content to %s, hard links with their new names, symlinks as they are',
    async (destination) => {
      const layer = await new AddedLayers().of({ source: join(folder, 'tree'), destination }, image);
      expect(paths(layer)).toEqual([
        'opt/app/inner',
        'opt/app/inner/one',
        'opt/app/inner/two',
        'opt/app/link',
      ]);
      const targets = layer.entries.flatMap((entry) => ('target' in entry ? [entry.target] : []));
      expect(targets).toEqual(['inner/one']);
    },
  );

  test('is read as what it becomes: accounts and the configuration of a loader keep their text', async () => {
    const layer = await new AddedLayers().of(
      { source: join(folder, 'accounts'), destination: '/etc' },
      image,
    );
    expect(layer.entries).toMatchObject([{ path: 'etc/passwd', content: { kind: 'kept' } }]);
  });

  test('through a link gives the content of the folder that the link leads to', async () => {
    const layer = await new AddedLayers().of(
      { source: join(folder, 'other-tree'), destination: '/srv' },
      image,
    );
    expect(paths(layer)).toContain('srv/inner/one');
  });

  test('gives its content to the root folder, which stays as it was', async () => {
    const layer = await copiedLayer(join(folder, 'tree'), '/');
    expect(paths(layer)).toEqual(['inner', 'inner/one', 'inner/two', 'link']);
  });
});
