import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findBinaries } from '../../src/binary/find-binaries.ts';
import { check } from '../../src/check.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();
const bin = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));
const addon = readFileSync(`${bin}addon.node`);
const objectFile = Buffer.from(addon);
objectFile.writeUInt16LE(1, 16);
const machO = Buffer.alloc(64);
Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 8]).copy(machO);
const windows = Buffer.alloc(512);
windows.write('MZ');
windows.writeUInt32LE(0x80, 0x3c);
windows.write('PE\0\0', 0x80, 'latin1');

function tree(name: string, files: Readonly<Record<string, Buffer | string>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const inside = async (word: string): Promise<string[]> =>
  (await findBinaries(word)).paths.map((each) => each.folder?.inside ?? '');

test('of a folder what kernel and loaders meet is checked; what is for others is skipped and counted', async () => {
  const root = tree('node_modules', {
    'a/build/Release/addon.node': machO,
    'a/build/Release/obj.target/addon.o': objectFile,
    'a/prebuilds/linux-x64/node.napi.glibc.node': addon,
    'a/prebuilds/darwin-arm64/node.napi.node': machO,
    'a/prebuilds/win32-x64/node.napi.node': windows,
    'a/prebuilds/android-arm64/node.napi.node': addon,
    'b/addon.win32-x64-msvc.node': windows,
    'b/addon.node': windows,
    'b/lib/libb.dylib': machO,
    'b/bin/cli.exe': windows,
    'b/lib/libb.a': '!<arch>\n',
    'c/liblink.so': 'libreal.so.1',
    'c/libreal.so.1': addon,
    'c/libword.so': 'libabsent.so.1',
    'c/libempty.so': '',
    'c/liblfs.so': 'version https://git-lfs.github.com/spec/v1\nsize 5\n',
    'c/index.js': 'module.exports = 1;',
    'c/libscript.so': '/* GNU ld script */ INPUT(libreal.so.1)',
  });
  expect(await inside(root)).toEqual([
    'a/build/Release/addon.node',
    'a/prebuilds/linux-x64/node.napi.glibc.node',
    'b/addon.node',
    'c/libempty.so',
    'c/liblfs.so',
    'c/liblink.so',
    'c/libreal.so.1',
  ]);
  expect((await findBinaries(root)).skipped).toEqual([
    { path: root, reason: 'object-file', count: 1 },
    { path: root, reason: 'other-platform', count: 6 },
  ]);
});

test('an addon of another system in a folder is a finding, and the report counts what was skipped', async () => {
  const root = tree('app', { 'addon.node': machO, 'darwin/addon.node': machO });
  copyFileSync(`${bin}addon.node`, join(root, 'good.node'));
  const report = await check({ binaries: [root], images: ['profile:debian:12-slim'], environment: {} });
  expect(report.results.map(({ binary, verdict }) => [binary.at, verdict])).toEqual([
    ['/app/addon.node', 'fails'],
    ['/app/good.node', 'runs'],
  ]);
  expect(report.results[0]?.findings[0]?.message).toContain('a macOS library (Mach-O) for arm64');
  expect(report.skipped).toEqual([{ path: root, reason: 'other-platform', count: 1 }]);
});

test('what an install on another system left, the only build of its file, is checked', async () => {
  const root = tree('installed-on-mac', {
    '@img/sharp-darwin-arm64/lib/sharp-darwin-arm64.node': machO,
    '@esbuild/win32-x64/addon.node': windows,
    'sharp/build/Release/sharp-darwin-x64.node': machO,
    'pty/prebuilds/darwin-arm64/pty.node': machO,
    '@rollup/rollup-darwin-arm64/rollup.darwin-arm64.node': machO,
    '@rollup/rollup-linux-x64-gnu/rollup.linux-x64-gnu.node': addon,
  });
  expect(await inside(root)).toEqual([
    '@esbuild/win32-x64/addon.node',
    '@img/sharp-darwin-arm64/lib/sharp-darwin-arm64.node',
    '@rollup/rollup-linux-x64-gnu/rollup.linux-x64-gnu.node',
    'sharp/build/Release/sharp-darwin-x64.node',
  ]);
  expect((await findBinaries(root)).skipped).toEqual([{ path: root, reason: 'other-platform', count: 2 }]);
});

test('a folder with nothing for this system says what it has instead', async () => {
  const root = tree('mac', { 'prebuilds/darwin-x64/a.node': machO, 'a.o': objectFile });
  await expect(findBinaries(root)).rejects.toThrow(`in the folder ${root}, only 2 files for other platforms`);
});

test('links are not followed', async () => {
  const root = tree('links', { 'lib/liba.so': addon });
  symlinkSync('liba.so', join(root, 'lib/libb.so'));
  expect(await inside(root)).toEqual(['lib/liba.so']);
});
