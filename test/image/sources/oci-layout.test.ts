import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../../src/image/image.ts';
import { type OpenImageOptions, openImage } from '../../../src/image/open-image.ts';
import { formatPlatform, parsePlatform } from '../../../src/image/reference/platform.ts';
import { describeNeeding, needProgram } from '../../needs.ts';
import { imageError } from '../expectations.ts';
import { OciBlobs, type TestDescriptor, tarOfFiles, writeFolder } from '../oci-blobs.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;

/** Writes the layout as a folder and as an archive and gives both paths. */
function written(blobs: OciBlobs, manifests: readonly TestDescriptor[]): readonly string[] {
  const path = join(folder, `layout-${++count}`);
  const files = blobs.files(manifests);
  writeFolder(path, files);
  writeFileSync(`${path}.tar`, tarOfFiles(files));
  return [`oci-dir:${path}`, `oci-archive:${path}.tar`, path, `${path}.tar`];
}

const open = (reference: string, options: Partial<OpenImageOptions> = {}): Promise<Image> =>
  openImage(reference, { ...withoutEngines(folder), ...options });

const pathsOf = (image: Image): readonly string[] =>
  image.content.layers.flatMap(({ entries }) => entries.map(({ path }) => path));

describe('an OCI image layout', () => {
  test('gives configuration, layers and digest, as a folder and as an archive, named or found', async () => {
    const blobs = new OciBlobs();
    const layers = [blobs.layer([{ name: 'a' }]), blobs.layer([{ name: 'b' }, { name: '.wh.a' }], 'plain')];
    const manifest = blobs.image('arm64', layers);
    for (const [i, reference] of written(blobs, [manifest]).entries()) {
      const image = await open(reference);
      expect(image.source).toBe(i % 2 === 0 ? 'oci-dir' : 'oci-archive');
      expect(image.digest).toBe(manifest.digest);
      expect(image.resolved).toContain(manifest.digest);
      expect(image.content.platform).toEqual({ os: 'linux', architecture: 'arm64', variant: null });
      expect(image.content.config).toEqual({
        env: ['PATH=/bin'],
        user: 'app',
        workingDir: '/srv',
        entrypoint: ['/app'],
        cmd: ['serve'],
        healthcheck: [],
      });
      expect(image.content.layers.map(({ diffID }) => diffID)).toEqual(layers.map(({ diffID }) => diffID));
      expect(pathsOf(image)).toEqual(['a', 'b', 'a']);
      expect(image.platformChosen).toBe(false);
    }
  });

  test('may be an image without layers', async () => {
    const blobs = new OciBlobs();
    for (const reference of written(blobs, [blobs.image('amd64', [])])) {
      expect((await open(reference)).content.layers).toEqual([]);
    }
  });
});

describe('an image index', () => {
  const blobs = new OciBlobs();
  const amd64 = blobs.image('amd64', [blobs.layer([{ name: 'amd64' }])]);
  const arm64 = blobs.image('arm64', [blobs.layer([{ name: 'arm64' }])]);
  const attestation = blobs.image('unknown', [], { config: { os: 'unknown' } });
  const nested = blobs.index([
    { ...attestation, platform: { os: 'unknown', architecture: 'unknown' } },
    { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
    {
      mediaType: amd64.mediaType,
      digest: `sha256:${'0'.repeat(64)}`,
      size: 1,
      platform: { os: 'linux', architecture: 's390x' },
    },
  ]);
  const references = written(blobs, [blobs.index([nested])]);

  test.each([
    [null, 'linux/arm64', 'linux/arm64', true],
    [null, 'linux/amd64', 'linux/amd64', true],
    [null, null, 'linux/amd64', false],
    [null, 'linux/ppc64le', 'linux/amd64', false],
    ['linux/arm64', 'linux/amd64', 'linux/arm64', false],
  ])('asked for %s with a binary for %s gives %s', async (asked, fitting, taken, chosen) => {
    for (const reference of references) {
      const image = await open(reference, {
        platform: asked === null ? null : parsePlatform(asked),
        fitting: fitting === null ? null : parsePlatform(fitting),
      });
      expect([formatPlatform(image.content.platform), image.platformChosen]).toEqual([taken, chosen]);
      expect(pathsOf(image)).toEqual([image.content.platform.architecture]);
    }
  });

  test('without the platform that was asked for is a wrong call; attestations and absent blobs are not platforms', async () => {
    for (const reference of references) {
      const error = await imageError(() => open(reference, { platform: parsePlatform('linux/s390x') }));
      expect(error.code).toBe('call');
      expect(error.message).toContain('has no linux/s390x; it has: linux/arm64, linux/amd64');
    }
  });

  test('whose manifests have no platform is chosen from by their configurations', async () => {
    const plain = new OciBlobs();
    const both = ['amd64', 'arm64'].map((name) => plain.image(name, [plain.layer([{ name }])]));
    for (const reference of written(plain, both)) {
      expect(pathsOf(await open(reference, { fitting: parsePlatform('linux/arm64') }))).toEqual(['arm64']);
    }
  });

  test('that holds itself is refused', async () => {
    const deep = new OciBlobs();
    let descriptor = deep.image('amd64', []);
    for (let depth = 0; depth < 8; depth++) descriptor = deep.index([descriptor]);
    for (const reference of written(deep, [descriptor])) {
      expect((await imageError(() => open(reference))).message).toContain('nests image indexes too deeply');
    }
  });
});

describe('several images in one layout', () => {
  const blobs = new OciBlobs();
  const named = ['one', 'two'].map((name) => ({
    ...blobs.image('amd64', [blobs.layer([{ name }])]),
    annotations: {
      'org.opencontainers.image.ref.name': name,
      'io.containerd.image.name': `docker.io/library/app:${name}`,
    },
  }));
  const references = written(blobs, named);

  test('must be distinguished by name', async () => {
    for (const reference of references.slice(0, 2)) {
      expect(pathsOf(await open(`${reference}:two`))).toEqual(['two']);
      expect(pathsOf(await open(`${reference}:docker.io/library/app:one`))).toEqual(['one']);
      const error = await imageError(() => open(reference));
      expect(error.code).toBe('call');
      expect(error.message).toContain('holds several images: add one of :docker.io/library/app:one');
    }
  });

  test('a name that is not there is a wrong call that lists those that are', async () => {
    const error = await imageError(() => open(`${references[0]}:three`));
    expect(error).toMatchObject({ code: 'call' });
    expect(error.message).toContain('has no image named three');
  });
});

describe('a layout that is not as it should be', () => {
  const layerOf = (blobs: OciBlobs) => blobs.layer([{ name: 'a', data: 'x' }]);
  const broken: readonly [string, string, (blobs: OciBlobs) => TestDescriptor][] = [
    [
      'a layer with another digest',
      'damaged: its digest is',
      (blobs) => {
        const layer = layerOf(blobs);
        const other = layerOf(new OciBlobs()).descriptor;
        const bytes = Buffer.from(blobs.blobs.get(layer.descriptor.digest) ?? '');
        bytes[9] = 0; // the operating system byte of gzip: the content stays the same
        blobs.blobs.set(layer.descriptor.digest, bytes);
        return blobs.image('amd64', [{ ...layer, descriptor: other }]);
      },
    ],
    [
      'a layer with another size',
      'bytes instead of',
      (blobs) => {
        const layer = layerOf(blobs);
        return blobs.image('amd64', [{ ...layer, descriptor: { ...layer.descriptor, size: 1 } }]);
      },
    ],
    [
      'a layer that is not there',
      'not ',
      (blobs) => {
        const layer = layerOf(blobs);
        blobs.blobs.delete(layer.descriptor.digest);
        return blobs.image('amd64', [layer]);
      },
    ],
    [
      'a layer whose content is another',
      'the content of layer 1 is sha256:',
      (blobs) => blobs.image('amd64', [{ ...layerOf(blobs), diffID: `sha256:${'1'.repeat(64)}` }]),
    ],
    [
      'a layer too many',
      '1 layers, but 2 in its configuration',
      (blobs) => blobs.image('amd64', [layerOf(blobs)], { config: { rootfs: { diff_ids: ['a', 'b'] } } }),
    ],
    [
      'a layer that holds no files',
      'which holds no files',
      (blobs) => {
        const layer = layerOf(blobs);
        return blobs.image('amd64', [
          { ...layer, descriptor: { ...layer.descriptor, mediaType: 'application/vnd.in-toto+json' } },
        ]);
      },
    ],
    [
      'a manifest of schema 1',
      'schema 1, which is obsolete',
      (blobs) => blobs.json({ schemaVersion: 1 }, 'application/vnd.oci.image.manifest.v1+json'),
    ],
    [
      'a manifest of schema 1 by its type',
      'schema 1, which is obsolete',
      (blobs) => blobs.json({}, 'application/vnd.docker.distribution.manifest.v1+prettyjws'),
    ],
    [
      'a manifest that is not JSON',
      'not valid JSON',
      (blobs) => blobs.add(Buffer.from('{"a"'), 'application/vnd.oci.image.manifest.v1+json'),
    ],
    [
      'a manifest of something else',
      'not the manifest of an image',
      (blobs) => blobs.json({ schemaVersion: 2 }, 'application/vnd.oci.image.manifest.v1+json'),
    ],
    [
      'a digest that is a path',
      'without a valid digest',
      (blobs) => ({ ...blobs.image('amd64', []), digest: 'sha256:../../../etc/passwd' }),
    ],
  ];

  test.each(broken)('%s', async (_, words, make) => {
    const blobs = new OciBlobs();
    const manifest = make(blobs);
    for (const reference of written(blobs, [manifest]).slice(0, 2)) {
      const error = await imageError(() => open(reference));
      expect(error.code).toBe('unreadable');
      expect(error.message).toContain(words);
      expect(error.message).not.toContain('\n');
    }
  });

  test('an empty index', async () => {
    for (const reference of written(new OciBlobs(), [])) {
      expect((await imageError(() => open(reference))).message).toContain('holds no image');
    }
  });

  test('a folder that is not a layout, and a path that does not exist', async () => {
    const error = await imageError(() => open(`oci-dir:${folder}`));
    expect(error.message).toContain('is not an OCI image layout');
    expect(await imageError(() => open('oci-dir:/no/such'))).toMatchObject({ code: 'call' });
    expect(await imageError(() => open('oci-archive:/no/such.tar'))).toMatchObject({ code: 'call' });
  });
});

describeNeeding('zstd layers, compressed by the zstd program', [needProgram('zstd')], () => {
  const zstd = (bytes: Buffer): Buffer =>
    spawnSync('zstd', ['-c'], { input: bytes, maxBuffer: 1 << 30 }).stdout;
  const layout = (blobs: OciBlobs) =>
    written(blobs, [
      blobs.image('amd64', [blobs.layer([{ name: 'a', data: Buffer.alloc(3_000_000, 'ab') }], zstd)]),
    ]);

  test('are read', async () => {
    for (const reference of layout(new OciBlobs())) expect(pathsOf(await open(reference))).toEqual(['a']);
  });

  test('of several frames are read whole (I12)', async () => {
    const frames = (tar: Buffer) => Buffer.concat([zstd(tar.subarray(0, 1000)), zstd(tar.subarray(1000))]);
    const files = ['a', 'b'].map((name) => ({ name, data: Buffer.alloc(3000, name) }));
    const blobs = new OciBlobs();
    for (const reference of written(blobs, [blobs.image('amd64', [blobs.layer(files, frames)])]))
      expect(pathsOf(await open(reference))).toEqual(['a', 'b']);
  });

  test('that are cut off or damaged end with one line, and do not hang', async () => {
    for (const damage of [
      (b: Buffer) => b.subarray(0, b.length / 2),
      (b: Buffer) => Buffer.concat([b.subarray(0, 20), Buffer.alloc(300, 0x55)]),
    ]) {
      const blobs = new OciBlobs();
      const layer = blobs.layer(
        [{ name: 'a', data: Buffer.from(readFileSync(process.execPath).subarray(0, 300_000)) }],
        (tar) => damage(zstd(tar)),
      );
      for (const reference of written(blobs, [blobs.image('amd64', [layer])]).slice(0, 2)) {
        expect((await imageError(() => open(reference))).message).toMatch(
          /zstd data (ends early|is invalid)/,
        );
      }
    }
  });
});
