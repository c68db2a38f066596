import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { describeNeeding, needProgram } from '../../needs.ts';
import { digestOf, OciBlobs, tarOfFiles } from '../oci-blobs.ts';
import { tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
const cli = resolve('dist/cli/main.js');
const program = resolve('fixtures/bin/glibc-dynamic');
const layer = tarBytes([{ name: 'bin/tool' }]);
const config = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { diff_ids: [digestOf(layer)] } }),
);
const id = digestOf(config).slice('sha256:'.length);
const manifest = [{ Config: `${id}.json`, RepoTags: ['a:1'], Layers: [`${'0'.repeat(64)}/layer.tar`] }];
const saved = tarBytes([
  { name: `${'0'.repeat(64)}/layer.tar`, data: layer },
  { name: `${id}.json`, data: config },
  { name: 'manifest.json', data: Buffer.from(JSON.stringify(manifest)) },
]);
const blobs = new OciBlobs();
const layout = tarOfFiles(blobs.files([blobs.image('amd64', [blobs.layer([{ name: 'bin/tool' }])])]));

/** A Zstandard frame whose blocks are stored (RFC 8878, 3.1.1). */
function zstdStored(bytes: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 5);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const block = bytes.subarray(at, at + 0x10000);
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (at + block.length === bytes.length ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat([head, ...blocks]);
}

const tars = {
  saved: { name: 'a saved image', bytes: saved, source: 'docker-archive' },
  savedGzip: { name: 'a saved image, gzip', bytes: gzipSync(saved), source: 'docker-archive' },
  savedZstd: { name: 'a saved image, zstd', bytes: zstdStored(saved), source: 'docker-archive' },
  layout: { name: 'an OCI archive', bytes: layout, source: 'oci-archive' },
  layoutGzip: { name: 'an OCI archive, gzip', bytes: gzipSync(layout), source: 'oci-archive' },
  layoutZstd: { name: 'an OCI archive, zstd', bytes: zstdStored(layout), source: 'oci-archive' },
  root: { name: 'a root file system', bytes: layer, source: 'tar' },
  rootGzip: { name: 'a root file system, gzip', bytes: gzipSync(layer), source: 'tar' },
  rootZstd: { name: 'a root file system, zstd', bytes: zstdStored(layer), source: 'tar' },
} as const;

describe.each(Object.values(tars))('$name', ({ name, bytes, source }) => {
  const path = join(folder, `${name}.bin`);
  writeFileSync(path, bytes);

  test.each([`tar:${path}`, path])('is opened as what it is by %s', async (reference) => {
    const image = await openImage(reference, withoutEngines(folder));
    expect(image.source).toBe(source);
    const entries = image.content.layers.flatMap((one) => one.entries.map((entry) => entry.path));
    expect(entries).toEqual(['bin/tool']);
  });
});

test('a root file system with a folder blobs is one where tar: says so', async () => {
  const path = join(folder, 'blobs.tar');
  writeFileSync(path, tarBytes([{ name: 'blobs/a' }, { name: 'app' }]));
  const image = await openImage(`tar:${path}`, withoutEngines(folder));
  expect(image.source).toBe('tar');
  expect(image.content.layers[0]?.entries).toHaveLength(2);
});

interface Read {
  readonly status: number | null;
  readonly stderr: string;
  readonly source: string | null;
}

const readOf = (status: number | null, stdout: string, stderr: string): Read => ({
  status,
  stderr,
  source: JSON.parse(stdout).results[0].image.source,
});

describe('standard input', () => {
  const read = (reference: string, input: Buffer): Read => {
    const args = [cli, program, '--image', reference, '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
    return readOf(status, stdout, stderr);
  };

  test.each([
    { reference: '-', tar: tars.savedGzip },
    { reference: 'tar:-', tar: tars.saved },
    { reference: 'docker-archive:-', tar: tars.savedZstd },
    { reference: '-', tar: tars.layoutZstd },
    { reference: 'tar:-', tar: tars.layout },
    { reference: '-', tar: tars.rootZstd },
    { reference: 'tar:-', tar: tars.rootGzip },
  ])('$reference reads $tar.name', ({ reference, tar: { bytes, source } }) => {
    expect(read(reference, bytes)).toMatchObject({ status: 1, source });
  });

  test('that is no root file system is one only where tar: says so', () => {
    const project = tarBytes([{ name: 'package.json', data: '{}' }]);
    const { status, stderr } = read('-', project);
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/standard input is not a root file system.*write tar:-\n$/),
    ]);
    expect(read('tar:-', project)).toMatchObject({ status: 1, source: 'tar' });
  });

  test('is read once for binaries of several platforms', () => {
    const other = resolve('fixtures/bin/aarch64-glibc-dynamic');
    const args = [cli, program, other, '--image', '-', '--json'];
    const { stdout } = spawnSync(process.execPath, args, { input: saved, encoding: 'utf8' });
    const { results } = JSON.parse(stdout);
    expect(results).toHaveLength(2);
    expect(results).toMatchObject([{ verdict: 'fails' }, { verdict: 'fails', image: results[0].image }]);
  });

  test('that is empty or no tar has no verdict', () => {
    expect(read('-', Buffer.alloc(0))).toMatchObject({ status: 3, source: null });
    expect(read('-', Buffer.from('<html>\n'.repeat(200)))).toMatchObject({ status: 3, source: null });
  });
});

describeNeeding('a named pipe', [needProgram('mkfifo')], () => {
  test.each([
    { prefix: '', tar: tars.savedGzip },
    { prefix: 'tar:', tar: tars.layout },
    { prefix: '', tar: tars.root },
  ])('is read once: $prefix, $tar.name', async ({ prefix, tar: { name, bytes, source } }) => {
    const pipe = join(folder, `${name}.pipe`);
    spawnSync('mkfifo', [pipe]);
    const child = spawn(process.execPath, [cli, program, '--image', `${prefix}${pipe}`, '--json']);
    const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const writer = spawn('sh', ['-c', 'cat > "$1"', 'sh', pipe]);
    writer.stdin.end(bytes);
    const [stdout, stderr, [status]] = await output;
    expect(readOf(status, stdout, stderr)).toMatchObject({ status: 1, source });
  });
});
