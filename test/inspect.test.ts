import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { run } from '../src/cli/run.ts';
import { inspect, inspectArchive } from '../src/inspect.ts';
import { zipBytes } from './binary/archive/zip-bytes.ts';
import { recordingTerminal } from './cli/recording-terminal.ts';
import { temporaryFolder } from './image/temporary-folder.ts';

const folder = temporaryFolder();
const addon = readFileSync(fileURLToPath(new URL('../fixtures/bin/addon.node', import.meta.url)));

function written(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const jar = written(
  'x.jar',
  zipBytes(
    { name: 'META-INF/MANIFEST.MF', data: 'Manifest-Version: 1.0\n' },
    { name: 'linux/liba.so', data: addon },
    { name: 'linux/libb.so', data: addon, deflated: true },
    { name: 'mac/liba.dylib', data: Buffer.from('cffaedfe0c0000010000000006000000', 'hex') },
  ),
);

test('a file of an archive is inspected by its name', async () => {
  const file = await inspect(`${jar}!/linux/libb.so`);
  expect(file).toMatchObject({ path: `${jar}!/linux/libb.so`, size: addon.length });
  expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  await expect(inspect(`${jar}!/none`)).rejects.toThrow(`${jar} has no file none`);
});

test('an archive stands for its ELF files', async () => {
  const paths = (await inspectArchive(jar)).map(({ path }) => path);
  expect(paths).toEqual([`${jar}!/linux/liba.so`, `${jar}!/linux/libb.so`]);
  const { terminal, written: output } = recordingTerminal({});
  expect(await run(['inspect', jar, '--json'], terminal)).toBe(0);
  expect(JSON.parse(output.stdout).files.map(({ path }: { path: string }) => path)).toEqual(paths);
});

test('an archive without ELF files is a wrong call', async () => {
  const path = written('none.jar', zipBytes({ name: 'a.class', data: 'x' }));
  await expect(inspectArchive(path)).rejects.toThrow(`there is no ELF file in the archive ${path}`);
});

test.each([
  ['empty', '', 'an empty file'],
  ['pointer', 'version https://git-lfs.github.com/spec/v1\nsize 77\n', 'a Git LFS pointer'],
  ['lib.a', '!<arch>\nx.o/            ', 'an archive of object files'],
  ['link', 'lib.a', 'a text that holds only lib.a, the name of a file beside it'],
  ['word', 'nothing', 'a text that holds only nothing'],
  ['script', '#!/bin/sh\n', 'a script'],
  ['late', '\n#!/bin/sh\n', 'a script with a blank or an empty line before its #!'],
])('what is no ELF file is named: %s', async (name, content, words) => {
  const path = written(name, content);
  await expect(inspect(path)).rejects.toThrow(`${path} is not an ELF file: it is ${words}`);
});

test('a link that leads back to itself is named', async () => {
  const path = join(folder, 'loop');
  symlinkSync('loop', path);
  await expect(inspect(path)).rejects.toThrow(`${path} is a link that leads back to itself`);
});
