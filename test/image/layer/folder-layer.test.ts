import { spawnSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../../src/image/image.ts';
import { indexFile, indexFolder } from '../../../src/image/layer/folder-layer.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { indexLayer } from '../../../src/image/layer/layer-stream.ts';
import { mergedTree } from '../../../src/rootfs/merged-tree.ts';
import { describeNeeding, needProgram } from '../../needs.ts';
import { imageError, plainEntry } from '../expectations.ts';
import { fixtureBytes, inPieces } from '../tar-bytes.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
const root = join(folder, 'root');
mkdirSync(join(root, 'bin'), { recursive: true });
mkdirSync(join(root, 'etc'));
writeFileSync(join(root, 'bin/app'), fixtureBytes('bin/glibc-dynamic'));
chmodSync(join(root, 'bin/app'), 0o4755);
writeFileSync(join(root, 'bin/run'), `#!/bin/sh\n${'x'.repeat(300)}`);
writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\n');
writeFileSync(join(root, 'etc/empty'), '');
writeFileSync(join(root, 'etc/.wh.shadow'), '');
writeFileSync(join(root, 'short'), '\x7fELF');
symlinkSync('../outside', join(root, 'link'));
writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xe9])]), '');

const sorted = (entries: readonly LayerEntry[]): readonly object[] =>
  [...entries].sort((a, b) => (a.path < b.path ? -1 : 1)).map(plainEntry);

describeNeeding('a folder', [needProgram('tar')], () => {
  test('gives the same entries as a tar of it, but for whiteouts, which only layers have', async () => {
    const { stdout } = spawnSync('tar', ['-C', root, '--exclude=.wh.*', '-cf', '-', '.'], {
      maxBuffer: 1 << 28,
    });
    const { layer } = await indexLayer(inPieces(stdout), { what: 'x', budget: new IndexBudget() });
    const entries = (await indexFolder(root)).entries.filter(({ path }) => path !== 'etc/.wh.shadow');
    expect(sorted(entries)).toEqual(sorted(layer.entries));
  });
});

describe('what stands in a folder', async () => {
  const entries = (await indexFolder(root)).entries;
  const at = (path: string): LayerEntry | undefined => entries.find((entry) => entry.path === path);

  test('keeps its bytes, names, links and modes', async () => {
    expect(at('bin/app')).toMatchObject({ type: 'file', mode: 0o4755, content: { kind: 'elf' } });
    expect(at('bin/run')).toMatchObject({ content: { kind: 'script' } });
    expect(at('link')).toMatchObject({ type: 'symlink', target: '../outside' });
    expect(at('\xff\xe9')).toMatchObject({ type: 'file', size: 0 });
    expect(at('short')).toMatchObject({ content: { kind: 'foreign' } });
    expect(at('etc/.wh.shadow')).toMatchObject({ type: 'file' });
  });

  test('that is linked twice is one file of two names, as in a tar of the folder', async () => {
    linkSync(join(root, 'bin/app'), join(root, 'bin/twin'));
    const linked = (await indexFolder(root)).entries.find(({ path }) => path === 'bin/twin');
    expect(linked).toMatchObject({ type: 'hardlink', target: 'bin/app', mode: 0o4755 });
  });

  test('directories come before what is in them', async () => {
    const paths = entries.map(({ path }) => path);
    expect(paths[0]).toBe('');
    expect(paths.indexOf('bin')).toBeLessThan(paths.indexOf('bin/app'));
  });
});

describe('a single file', () => {
  test('stands where it is put', async () => {
    expect((await indexFile(join(root, 'bin/run'), 'opt/start')).entries).toMatchObject([
      { path: 'opt/start', content: { kind: 'script' } },
    ]);
  });

  test('that is a folder comes with what is in it', async () => {
    expect((await indexFile(join(root, 'etc'), 'opt')).entries.map(({ path }) => path)).toEqual([
      'opt',
      'opt/.wh.shadow',
      'opt/empty',
      'opt/passwd',
    ]);
  });
});

describe('what is missing or not a folder', () => {
  test.each([
    ['/no/such/folder', 'no such file or folder'],
    [join(root, 'short'), 'not a folder'],
  ])('%s is a wrong call', async (path, words) => {
    const error = await imageError(() => indexFolder(path));
    expect(error).toMatchObject({ code: 'call' });
    expect(error.message).toContain(words);
  });

  test('a file that does not exist is a wrong call', async () => {
    expect(await imageError(() => indexFile('/no/such', 'x'))).toMatchObject({ code: 'call' });
  });
});

test('a folder over the budget is refused', async () => {
  const { limits } = new IndexBudget();
  const error = await imageError(() =>
    indexFolder(root, new IndexBudget({ ...limits, heldBytes: 1500, readPerHeld: Infinity })),
  );
  expect(error.message).toContain('more files, names and facts than fit');
});

describeNeeding('file capabilities in a folder', [needProgram('setcap', ['-h'])], () => {
  test('are those of each program, whatever its names', async () => {
    const capable = join(temporaryFolder(), 'a root');
    mkdirSync(capable);
    for (const name of ['app', 'other']) {
      writeFileSync(join(capable, name), fixtureBytes('bin/glibc-static'));
      chmodSync(join(capable, name), 0o755);
    }
    linkSync(join(capable, 'app'), join(capable, 'twin'));
    spawnSync('setcap', ['cap_sys_ptrace=ep', join(capable, 'app')]);
    const { rootfs } = mergedTree([await indexFolder(capable)], [], 'followed');
    const of = (path: string) => {
      const found = rootfs.lookup(path);
      return found.ok ? found.inode.capability : undefined;
    };
    expect([of('/app'), of('/twin'), of('/other')]).toEqual([
      '0100000200000800000000000000000000000000',
      '0100000200000800000000000000000000000000',
      null,
    ]);
  });
});
