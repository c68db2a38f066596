import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
// @ts-expect-error: the build's scripts have no types
import { packageFolders, thirdPartyLicenses } from '../../scripts/build/third-party-licenses.mjs';
import { temporaryFolder } from '../image/temporary-folder.ts';

const root = temporaryFolder();

function install(folder: string, manifest: object, files: Record<string, string> = {}): void {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, folder, name), text);
}

test('the packages of bundled files are the innermost ones', () => {
  expect(
    packageFolders([
      'src/index.ts',
      'unused:ssh2',
      'node_modules/b/x.js',
      'node_modules/b/lib/y.js',
      'node_modules/@s/a/x.js',
      'node_modules/b/node_modules/c/x.js',
      'node_modules/b/node_modules/@s/d/x.js',
    ]),
  ).toEqual([
    'node_modules/@s/a',
    'node_modules/b',
    'node_modules/b/node_modules/@s/d',
    'node_modules/b/node_modules/c',
  ]);
});

describe('the licence of a package', () => {
  test('is its licence files, with its notice', async () => {
    install(
      'node_modules/one',
      { name: 'one', version: '1.0.0', license: 'Apache-2.0' },
      { 'LICENSE.md': 'the licence\r\n', NOTICE: 'the notice', 'licenses.js': 'code' },
    );
    const text: string = await thirdPartyLicenses(root, ['node_modules/one/x.js']);
    expect(text).toContain('one 1.0.0 (Apache-2.0)');
    expect(text).toContain('the licence\n\nthe notice\n');
    expect(text).not.toContain('code\n');
  });

  test('without a file is the text of the one that it names, with its author', async () => {
    install('node_modules/two', { name: 'two', version: '2.0.0', license: 'ISC', author: 'A. Author' });
    expect(await thirdPartyLicenses(root, ['node_modules/two/x.js'])).toContain(
      'ISC License\n\nCopyright (c) A. Author\n\nPermission to use',
    );
  });

  test('is there once for two copies of one version', async () => {
    const manifest = { name: 'twin', version: '1.0.0', license: 'MIT' };
    const copies = ['node_modules/twin', 'node_modules/one/node_modules/twin'];
    for (const copy of copies) install(copy, manifest, { LICENSE: 'x' });
    const text: string = await thirdPartyLicenses(
      root,
      copies.map((copy) => `${copy}/x.js`),
    );
    expect(text.match(/twin 1\.0\.0/g)).toHaveLength(1);
  });

  test.each([
    ['has none', { name: 'bare', version: '1.0.0' }],
    ['names one without a text', { name: 'bare', version: '1.0.0', license: 'SEE LICENSE' }],
  ])('that %s stops the build', async (_, manifest) => {
    install('node_modules/bare', manifest);
    await expect(thirdPartyLicenses(root, ['node_modules/bare/x.js'])).rejects.toThrow(
      'bare 1.0.0 is bundled, and',
    );
  });
});
