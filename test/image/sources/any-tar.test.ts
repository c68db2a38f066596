import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openImage } from '../../../src/image/open-image.ts';
import { digestOf } from '../oci-blobs.ts';
import { tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
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

describe('tar: opens a tarball by what it holds', () => {
  test.each([
    ['a saved image', saved, 'docker-archive', 'bin/tool'],
    ['a saved image, gzip', gzipSync(saved), 'docker-archive', 'bin/tool'],
    ['a root file system', layer, 'tar', 'bin/tool'],
    ['a root file system that begins with blobs', tarBytes([{ name: 'blobs/a' }]), 'tar', 'blobs/a'],
  ])('%s', async (name, bytes, source, file) => {
    const path = join(folder, `${name}.tar`);
    writeFileSync(path, bytes);
    const image = await openImage(`tar:${path}`, withoutEngines(folder));
    expect(image.source).toBe(source);
    const entries = image.content.layers.flatMap((one) => one.entries.map((entry) => entry.path));
    expect(entries).toContain(file);
  });

  test.each(['-', 'tar:-'])('%s: a saved image on standard input', (reference) => {
    const cli = resolve('dist/cli/main.js');
    const { stdout } = spawnSync(process.execPath, [cli, process.execPath, '--image', reference, '--json'], {
      input: gzipSync(saved),
      encoding: 'utf8',
    });
    expect(stdout).toContain('"docker-archive"');
  });
});
