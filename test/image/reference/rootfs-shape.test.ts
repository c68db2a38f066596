import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
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

describe('what is taken for a root file system', () => {
  test.each([
    [project, `dir:${project}`],
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

  test('a bare word is a name although a folder of that name is here', async () => {
    await expect(openImage('src', options)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/no source has the image src.*write \.\/src$/),
    });
  });
});
