import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { OciBlobs, writeFolder } from '../oci-blobs.ts';
import { tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
const options = withoutEngines(folder);
const project = join(folder, 'project');
mkdirSync(project);
writeFileSync(join(project, 'package.json'), '{}');
const root = join(folder, 'root');
mkdirSync(join(root, 'etc'), { recursive: true });
const tar = join(folder, 'project.tar');
writeFileSync(tar, tarBytes([{ name: 'app', data: 'x' }]));

const blobs = new OciBlobs();
const layoutFiles = blobs.files([blobs.image('amd64', [blobs.layer([{ name: 'bin/tool' }])])]);
const savedManifest = Buffer.from('[{"Config":"0.json","RepoTags":null,"Layers":["0/layer.tar"]}]');
const layout = writeFolder(join(folder, 'layout'), layoutFiles);
const both = writeFolder(join(folder, 'both'), new Map([...layoutFiles, ['manifest.json', savedManifest]]));
const saved = writeFolder(join(folder, 'saved'), new Map([['manifest.json', savedManifest]]));

describe('what is taken for a root file system', () => {
  test.each([
    [project, `dir:${project}`],
    [`${project}/`, `dir:${project}/`],
    [tar, `tar:${tar}`],
  ])('%s only when it is said to be one', async (path, explicit) => {
    await expect(openImage(path, options)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(`is not a root file system.*write ${explicit}$`),
    });
    expect((await openImage(explicit, options)).content.layers).toHaveLength(1);
  });

  test('a folder with etc', async () => {
    expect((await openImage(root, options)).source).toBe('dir');
  });

  test.each([
    ['package.json', 'an app of Node has a manifest.json of another kind', '{"name":"x"}'],
    ['manifest.json', 'a web app', '{"icons":[]}'],
    ['manifest.json', 'no JSON', 'x'],
  ])('dir: of a folder with a %s: %s', async (name, what, text) => {
    const path = writeFolder(join(folder, what), new Map([[name, Buffer.from(text)]]));
    expect((await openImage(`dir:${path}`, options)).source).toBe('dir');
  });
});

describe('an image archive that was unpacked', () => {
  test.each([layout, both, `dir:${layout}`, `dir:${both}`])('%s is opened as a layout', async (reference) => {
    const image = await openImage(reference, options);
    expect(image.source).toBe('oci-dir');
    expect(image.content.layers.flatMap(({ entries }) => entries.map(({ path }) => path))).toEqual([
      'bin/tool',
    ]);
  });

  test.each([saved, `dir:${saved}`])(
    '%s, of an old docker save, is named for what it is',
    async (reference) => {
      await expect(openImage(reference, options)).rejects.toMatchObject({
        code: 'unreadable',
        message: `${saved} is an unpacked docker save archive: give the archive, or pack it again: tar -C ${saved} -cf image.tar .`,
      });
    },
  );

  test('dir: of a root file system with an image layout at its top opens the root file system', async () => {
    const path = join(folder, 'root-with-layout');
    cpSync(layout, path, { recursive: true });
    mkdirSync(join(path, 'etc'));
    expect((await openImage(`dir:${path}`, options)).source).toBe('dir');
  });
});

describe('beside folders that are named as images are', () => {
  const before = process.cwd();
  const here = join(folder, 'here');
  for (const name of ['debian', 'node']) mkdirSync(join(here, name), { recursive: true });
  writeFileSync(join(here, 'debian/control'), '');
  beforeAll(() => process.chdir(here));
  afterAll(() => process.chdir(before));

  test('debian is the embedded profile where nothing else has it', async () => {
    expect((await openImage('debian', options)).source).toBe('profile');
  });

  test('a name that no source has says how the folder is written', async () => {
    await expect(openImage('node', options)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/^no source has the image node.*write \.\/node$/),
    });
  });

  test.each(['./debian', 'debian/', './node', 'node/', '.', './'])(
    '%s is a folder, and no root file system',
    async (reference) => {
      await expect(openImage(reference, options)).rejects.toMatchObject({
        code: 'unreadable',
        message: expect.stringContaining(`${reference} is not a root file system`),
      });
    },
  );
});
