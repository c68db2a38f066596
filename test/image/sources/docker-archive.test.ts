import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../../src/image/image.ts';
import { ImageError } from '../../../src/image/image-error.ts';
import { IndexBudget } from '../../../src/image/layer/layer-budget.ts';
import { readImageArchive } from '../../../src/image/oci/image-archive.ts';
import { type OpenImageOptions, openImage } from '../../../src/image/open-image.ts';
import { parsePlatform } from '../../../src/image/reference/platform.ts';
import { defaultRegistryOptions } from '../../../src/image/source-options.ts';
import { openDockerArchiveContents } from '../../../src/image/sources/docker-archive.ts';
import { imageError } from '../expectations.ts';
import { digestOf, OciBlobs } from '../oci-blobs.ts';
import { inPieces, restoreChecksums, type TarMember, tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;

function written(bytes: Buffer): string {
  const path = join(folder, `image-${++count}.tar`);
  writeFileSync(path, bytes);
  return path;
}

const open = (reference: string, options: Partial<OpenImageOptions> = {}): Promise<Image> =>
  openImage(reference, { ...withoutEngines(folder), ...options });

const pathsOf = (image: Image): readonly string[] =>
  image.content.layers.flatMap(({ entries }) => entries.map(({ path }) => path));

const layers = [tarBytes([{ name: 'a' }]), tarBytes([{ name: 'b' }]), tarBytes([{ name: 'a' }])] as const;

function configOf(tars: readonly Buffer[], changes: object = {}): Buffer {
  const rootfs = { type: 'layers', diff_ids: tars.map(digestOf) };
  return Buffer.from(
    JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Cmd: ['/a'] }, rootfs, ...changes }),
  );
}

const hexOf = (bytes: Buffer): string => digestOf(bytes).slice('sha256:'.length);

/** The layout of engines before 25: a folder a layer; a layer that another one has already is a link to it. */
function oldLayout(
  tags: readonly string[] | null,
  config = configOf(layers),
  tars: readonly Buffer[] = layers,
): TarMember[] {
  const ids = tars.map((_, i) => `${i}`.repeat(64));
  const manifest = [
    { Config: `${hexOf(config)}.json`, RepoTags: tags, Layers: ids.map((id) => `${id}/layer.tar`) },
  ];
  return [
    ...tars.flatMap((tar, i): TarMember[] => {
      const first = tars.findIndex((other) => other.equals(tar));
      const path = `${ids[i]}/layer.tar`;
      const link = first < i ? `../${ids[first]}/layer.tar` : null;
      return [
        { name: `${ids[i]}/`, flag: '5', claimed: 4096 },
        { name: `${ids[i]}/VERSION`, data: '1.0' },
        { name: `${ids[i]}/json`, data: '{}' },
        link === null ? { name: path, data: tar } : { name: path, flag: '2', link },
      ];
    }),
    { name: `${hexOf(config)}.json`, data: config },
    { name: 'manifest.json', data: JSON.stringify(manifest) },
    { name: 'repositories', data: '{}' },
  ];
}

describe('what docker save wrote', () => {
  test('in the old layout, with a layer that is a link to another', async () => {
    const path = written(tarBytes(oldLayout(['app:1'])));
    for (const reference of [
      path,
      `docker-archive:${path}`,
      `docker-archive:${path}:app:1`,
      `docker-archive:${path}:docker.io/library/app:1`,
    ]) {
      const image = await open(reference);
      expect(image.source).toBe('docker-archive');
      expect(image.digest).toBe(digestOf(configOf(layers)));
      expect(image.resolved).toContain('app:1');
      expect(image.content.config.cmd).toEqual(['/a']);
      expect(pathsOf(image)).toEqual(['a', 'b', 'a']);
    }
  });

  test('with the manifest before the layers, or compressed as a whole', async () => {
    const members = oldLayout(['app:1']).reverse();
    expect(pathsOf(await open(written(tarBytes(members))))).toEqual(['a', 'b', 'a']);
    expect(pathsOf(await open(`docker-archive:${written(gzipSync(tarBytes(members)))}`))).toEqual([
      'a',
      'b',
      'a',
    ]);
  });

  test('in the hybrid layout of current engines is a docker-archive, with the tag as its name', async () => {
    const blobs = new OciBlobs();
    const config = blobs.add(configOf(layers.slice(0, 2)), 'application/vnd.oci.image.config.v1+json');
    const saved = layers.slice(0, 2).map((tar) => blobs.add(tar, 'application/vnd.oci.image.layer.v1.tar'));
    const image = blobs.json(
      { schemaVersion: 2, config, layers: saved },
      'application/vnd.oci.image.manifest.v1+json',
    );
    const files = blobs.files([image]);
    const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
    const manifest = [
      { Config: path(config.digest), RepoTags: ['app:2'], Layers: saved.map(({ digest }) => path(digest)) },
    ];
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    const tar = tarBytes([
      { name: 'blobs/', flag: '5' },
      ...[...files].map(([name, data]) => ({ name, data })),
    ]);
    const opened = await open(written(tar));
    expect(opened).toMatchObject({ source: 'docker-archive', digest: config.digest });
    expect(opened.resolved).toContain('app:2');
    expect(pathsOf(opened)).toEqual(['a', 'b']);
  });

  test('of an image with several platforms gives the one that fits', async () => {
    const blobs = new OciBlobs();
    const amd64 = blobs.image('amd64', [blobs.layer([{ name: 'amd64' }], 'plain')]);
    const arm64 = blobs.image('arm64', [blobs.layer([{ name: 'arm64' }], 'plain')]);
    const index = blobs.index([amd64, arm64]);
    const files = blobs.files([{ ...index, annotations: { 'org.opencontainers.image.ref.name': '3' } }]);
    const parsed = JSON.parse(String(blobs.blobs.get(amd64.digest))) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const path = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
    const manifest = [
      {
        Config: path(parsed.config.digest),
        RepoTags: ['app:3'],
        Layers: parsed.layers.map(({ digest }) => path(digest)),
      },
    ];
    files.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    const saved = written(tarBytes([...files].map(([name, data]) => ({ name, data }))));
    expect(pathsOf(await open(saved))).toEqual(['amd64']);
    expect(pathsOf(await open(saved, { fitting: parsePlatform('linux/arm64') }))).toEqual(['arm64']);
    expect(
      pathsOf(await open(`docker-archive:${saved}:app:3`, { platform: parsePlatform('linux/arm64') })),
    ).toEqual(['arm64']);
  });

  test('with several images requires a name', async () => {
    const other = configOf(layers.slice(0, 1));
    const members = [
      ...oldLayout(['app:1']).filter(({ name }) => name !== 'manifest.json'),
      { name: `${hexOf(other)}.json`, data: other },
      {
        name: 'manifest.json',
        data: JSON.stringify([
          {
            Config: `${hexOf(configOf(layers))}.json`,
            RepoTags: ['app:1'],
            Layers: ['0', '1', '2'].map((id) => `${id.repeat(64)}/layer.tar`),
          },
          {
            Config: `${hexOf(other)}.json`,
            RepoTags: ['other:latest'],
            Layers: [`${'0'.repeat(64)}/layer.tar`],
          },
        ]),
      },
    ];
    const path = written(tarBytes(members));
    expect(pathsOf(await open(`docker-archive:${path}:other`))).toEqual(['a']);
    expect((await imageError(() => open(path))).message).toContain(
      'holds 2 images: add one of :app:1, :other:latest to the path',
    );
    expect((await imageError(() => open(`docker-archive:${path}:third`))).message).toContain(
      'has no image named third; it has: app:1, other:latest',
    );
  });
});

describe('an archive that is not as it should be', () => {
  const without = (name: string): TarMember[] =>
    oldLayout(['app:1']).filter((member) => member.name !== name);

  test.each<[string, TarMember[], string]>([
    ['no manifest.json', without('manifest.json'), 'no manifest.json'],
    ['no configuration', without(`${hexOf(configOf(layers))}.json`), 'is not in the archive'],
    ['a missing layer', without(`${'1'.repeat(64)}/layer.tar`), 'layer 2 of 3'],
    [
      'a layer with other content',
      oldLayout(['app:1'], configOf([layers[0], layers[0], layers[2]])),
      'the content of layer 2 is',
    ],
    [
      'a layer that is not a tar',
      oldLayout(['app:1'], configOf([layers[0], Buffer.alloc(600, 9)]), [layers[0], Buffer.alloc(600, 9)]),
      'is not a tar archive',
    ],
    [
      'a configuration with another digest',
      [
        { name: `${'c'.repeat(64)}.json`, data: '{}' },
        { name: 'manifest.json', data: JSON.stringify([{ Config: `${'c'.repeat(64)}.json`, Layers: [] }]) },
      ],
      'damaged: its digest is',
    ],
    ['a manifest that is not JSON', [{ name: 'manifest.json', data: '[{' }], 'not valid JSON'],
    ['an empty manifest', [{ name: 'manifest.json', data: '[]' }], 'names no image'],
    [
      'links in a circle',
      [
        { name: 'x', flag: '2', link: 'y' },
        { name: 'y', flag: '2', link: 'x' },
        { name: 'manifest.json', data: '[{"Config":"x"}]' },
      ],
      'is not in the archive',
    ],
    [
      'a link out of the archive',
      [
        { name: 'x', flag: '2', link: '../../etc/passwd' },
        { name: 'manifest.json', data: '[{"Config":"x"}]' },
      ],
      'is not in the archive',
    ],
  ])('%s', async (_, members, words) => {
    const error = await imageError(() => open(`docker-archive:${written(tarBytes(members))}`));
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('\n');
  });

  test('cut off anywhere it ends with one line', async () => {
    const whole = tarBytes(oldLayout(['app:1']));
    for (let length = 0; length < whole.length - 2500; length += 701) {
      const error = await imageError(() => open(`docker-archive:${written(whole.subarray(0, length))}`));
      expect(error.code).toBe('unreadable');
    }
  });

  test('of any bytes gives an image or an ImageError, and never hangs or warns', async () => {
    const warnings: Error[] = [];
    process.on('warning', (warning) => warnings.push(warning));
    const base = tarBytes(oldLayout(['app:1']));
    const change = fc.record({
      at: fc.nat(base.length - 1),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    });
    const property = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(base);
      for (const { at, bytes: replaced } of changes) bytes.set(replaced.subarray(0, bytes.length - at), at);
      restoreChecksums(bytes);
      const context = {
        ...withoutEngines(folder),
        budget: new IndexBudget(),
        registry: defaultRegistryOptions,
      };
      try {
        const archive = await readImageArchive(inPieces(bytes, 500), 'x', context);
        await openDockerArchiveContents(archive, null, 'x', context);
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
      }
    });
    await fc.assert(property, { numRuns: 300 });
    expect(warnings).toEqual([]);
  });

  test('that does not exist is a wrong call', async () => {
    expect(await imageError(() => open('docker-archive:/no/such.tar'))).toMatchObject({ code: 'call' });
  });
});
