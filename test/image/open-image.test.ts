import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildProfile } from '../../src/image/build-profile.ts';
import type { Image } from '../../src/image/image.ts';
import { type OpenImageOptions, openImage } from '../../src/image/open-image.ts';
import { parsePlatform } from '../../src/image/reference/platform.ts';
import type { ImageProgress } from '../../src/image/source-options.ts';
import { imageError } from './expectations.ts';
import { fixtureBytes, tarBytes } from './tar-bytes.ts';
import { temporaryFolder, withoutEngines } from './temporary-folder.ts';

const folder = temporaryFolder();
const tar = tarBytes([
  { name: './', flag: '5' },
  { name: './bin/sh', data: fixtureBytes('bin/aarch64-glibc-dynamic'), mode: 0o755 },
]);
const path = (name: string): string => join(folder, name);
writeFileSync(path('root.tar'), tar);
writeFileSync(path('root.tgz'), gzipSync(tar));
writeFileSync(path('no-extension'), gzipSync(tar));
writeFileSync(path('text'), 'just a text\n'.repeat(100));
writeFileSync(path('empty'), '');
mkdirSync(path('root/bin'), { recursive: true });
writeFileSync(path('root/bin/sh'), fixtureBytes('bin/aarch64-glibc-dynamic'));

const open = (reference: string, options: Partial<OpenImageOptions> = {}): Promise<Image> =>
  openImage(reference, { ...withoutEngines(folder), ...options });

const arm64 = { os: 'linux', architecture: 'arm64', variant: null };

describe('a path that exists is taken by what it is', () => {
  test.each([
    ['root.tar', 'tar'],
    ['root.tgz', 'tar'],
    ['no-extension', 'tar'],
    ['root', 'dir'],
  ])('%s is a %s', async (name, source) => {
    const image = await open(path(name));
    expect(image).toMatchObject({
      reference: path(name),
      source,
      resolved: path(name),
      digest: null,
      fellThrough: [],
    });
    expect(image.content.layers[0]?.entries.map((entry) => entry.path)).toContain('bin/sh');
  });

  test.each(['root.tar', 'root'])(
    '%s has the platform of its own programs, or the one that was asked for',
    async (name) => {
      expect((await open(path(name))).content.platform).toEqual(arm64);
      expect(
        (await open(path(name), { platform: parsePlatform('linux/amd64') })).content.platform.architecture,
      ).toBe('amd64');
    },
  );

  test('an index file is one too', async () => {
    const options = { ...withoutEngines(folder), date: '2026-11-23', config: { user: 'app' } };
    const { bytes, content } = await buildProfile(`tar:${path('root.tgz')}`, options);
    expect(content.provenance).toEqual({
      madeFrom: 'root.tgz',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      date: '2026-11-23',
    });
    writeFileSync(path('mine'), bytes);
    const image = await open(path('mine'));
    expect(image.source).toBe('profile');
    expect(image.content.config.user).toBe('app');
    expect(image.content.provenance).toEqual(content.provenance);
    const error = await imageError(() => open(path('mine'), { platform: parsePlatform('linux/amd64') }));
    expect(error.message).toContain('has no linux/amd64; it has: linux/arm64');
    writeFileSync(path('mine'), bytes.subarray(0, 100));
    expect(await imageError(() => open(path('mine')))).toMatchObject({ code: 'unreadable' });
  });

  test.each([
    ['text', 'is not a tar archive'],
    ['empty', 'is empty'],
  ])('%s is none of these', async (name, words) => {
    const error = await imageError(() => open(path(name)));
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(words);
  });

  test('reports its progress', async () => {
    const seen: ImageProgress[] = [];
    await open(path('root.tar'), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ what: path('root.tar'), bytes: tar.length, total: tar.length });
  });
});

describe('scratch', () => {
  test('has no files, and the platform of the binary', async () => {
    const image = await open('scratch', { fitting: arm64 });
    expect(image).toMatchObject({
      source: 'scratch',
      content: { platform: arm64, layers: [] },
      platformChosen: true,
    });
    expect(await open('profile:scratch')).toMatchObject({ source: 'scratch' });
  });
});

describe('a source beside the reference', () => {
  test.each([
    ['profile', 'alpine:3.19', 'profile'],
    ['dir', 'ROOT', 'dir'],
    ['scratch', 'scratch', 'scratch'],
    ['auto', 'profile:alpine:3.19', 'profile'],
  ] as const)('%s opens %s, which stays the reference', async (source, text, expected) => {
    const reference = text === 'ROOT' ? folder : text;
    expect(await open(reference, { source })).toMatchObject({ reference, source: expected });
  });

  test.each([
    ['profile', 'alpine:9.99', 'profile:alpine:9.99: there is no embedded profile of it'],
    ['profile', 'profile:alpine:3.19', 'profile:profile:alpine:3.19: '],
    ['dir', '', '"dir:" names nothing: write dir:./rootfs'],
  ] as const)('%s is named in the error for %j', async (source, reference, words) => {
    const error = await imageError(() => open(reference, { source }));
    expect(error.code).toBe('call');
    expect(error.message).toContain(words);
  });
});

describe('a reference without an image', () => {
  test.each([
    ['', 'the image reference is empty'],
    ['./nope', './nope: no such file or folder'],
    ['/nope', '/nope: no such file or folder'],
    ['nope.tar', 'nope.tar: no such file or folder'],
    ['dir:/nope', 'no such file or folder'],
    ['tar:/nope', '/nope: no such file'],
    ['tar:.', 'is a folder'],
    ['docker:', '"docker:" names nothing: write docker:alpine:3.19'],
    ['docker:UPPER', 'not a valid image name'],
    ['Not An Image', 'neither a path that exists nor a valid image name'],
    ['profile:nope', 'there is no embedded profile of it'],
    ['profile:Nope', 'not a valid image name'],
    ['\x1b[31mred', '"\\x1b[31mred" is neither'],
  ])('%j is a wrong call', async (reference, words) => {
    const error = await imageError(() => open(reference));
    expect(error.code).toBe('call');
    expect(error.message).toContain(words);
  });

  test('that exists nowhere names all that was tried and what to do', async () => {
    const error = await imageError(() => open('no/such:image'));
    expect(error.code).toBe('unreadable');
    expect(error.message).toMatch(
      /^no source has the image no\/such:image \(asked: docker, podman, registry, profile\); check the name/,
    );
    const sources = ['docker', 'podman', 'registry', 'profile'];
    expect(error.fellThrough.map(({ source }) => source)).toEqual(sources);
    for (const { reason } of error.fellThrough) expect(reason).not.toBe('');
  });

  test('of an engine that was named and is down is unreadable', async () => {
    for (const source of ['docker', 'podman']) {
      const error = await imageError(() => open(`${source}:alpine:3.19`));
      expect(error.code).toBe('unreadable');
      expect(error.message).toContain('not running');
    }
  });
});

describe('a name without a source', () => {
  test('falls through engines that are down to the embedded profile, and says why', async () => {
    const image = await open('alpine:3.19');
    expect(image.source).toBe('profile');
    expect(image.resolved).toBe('alpine:3.19 (embedded profile of Alpine Linux 3.19.4)');
    expect(image.fellThrough.map(({ source }) => source)).toEqual(['docker', 'podman', 'registry']);
    const [docker, podman, registry] = image.fellThrough.map(({ reason }) => reason);
    expect(docker).toContain('not running');
    expect(podman).toContain('not running');
    expect(registry).toBe(
      'the registry registry-1.docker.io cannot be reached through the proxy 127.0.0.1:1: nothing listens there',
    );
  });

  test.each([
    [{ pull: 'never' }, 'not asked (--pull never)'],
    [
      { offline: true },
      'not asked (--offline), and alpine:3.19 is not in the cache: run once without --offline',
    ],
  ] as const)('and does not ask a registry with %j', async (options, reason) => {
    const image = await open('alpine:3.19', options);
    expect(image.source).toBe('profile');
    expect(image.fellThrough[2]).toEqual({ source: 'registry', reason });
  });
});
