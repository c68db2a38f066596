import { execFileSync } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../../src/check.ts';
import { CacheStore } from '../../../src/image/cache/cache-store.ts';
import { ImageCache } from '../../../src/image/cache/image-cache.ts';
import type { Image } from '../../../src/image/image.ts';
import { type OpenImageOptions, openImage } from '../../../src/image/open-image.ts';
import { parsePlatform } from '../../../src/image/reference/platform.ts';
import type { CheckInput } from '../../../src/plan/check-input.ts';
import { describeNeeding, needEngine } from '../../needs.ts';
import { imageError, plainIndex } from '../expectations.ts';
import { digestOf } from '../oci-blobs.ts';
import { fixtureBytes, tarBytes } from '../tar-bytes.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
let count = 0;

/** An engine that answers as the test says, on a socket of its own; returns DOCKER_HOST. */
async function engine(answer: RequestListener): Promise<{ readonly host: string; readonly server: Server }> {
  const path = join(folder, `${++count}.sock`);
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { host: `unix://${path}`, server };
}

function open(reference: string, host: string, options: Partial<OpenImageOptions> = {}): Promise<Image> {
  const env = { ...withoutEngines(folder).env, DOCKER_HOST: host };
  return openImage(reference, { platform: null, fitting: null, env, ...options });
}

const layer = tarBytes([{ name: 'app', data: 'x' }]);
const config = Buffer.from(
  JSON.stringify({ os: 'linux', architecture: 'amd64', config: {}, rootfs: { diff_ids: [digestOf(layer)] } }),
);
const saved = tarBytes([
  { name: 'l/layer.tar', data: layer },
  { name: 'config.json', data: config },
  {
    name: 'manifest.json',
    data: JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['l/layer.tar'] }]),
  },
]);
const inspected = JSON.stringify({ Id: digestOf(config), Os: 'linux', Architecture: 'amd64', Size: 1 });

const giving =
  (bytes: Buffer, whole = true): RequestListener =>
  (request, response) => {
    if (request.url === '/images/app:1/json') response.end(inspected);
    else if (request.url !== '/images/app:1/get') response.writeHead(404).end('{"message":"No such image"}');
    else if (whole) response.end(bytes);
    else response.write(bytes, () => response.destroy());
  };

describe('the version of an engine', () => {
  const old = { Version: '20.10.24', Components: [{ Name: 'Engine', Version: '20.10.24' }] };
  const withVersion: RequestListener = (request, response) => {
    if (request.url === '/version') response.end(JSON.stringify(old));
    else giving(saved)(request, response);
  };
  const engineOf = async (call: Partial<CheckInput>): Promise<string[]> => {
    const { host, server } = await engine(withVersion);
    const environment = { ...withoutEngines(folder).env, DOCKER_HOST: host };
    const { results } = await check({ binaries: ['/app'], images: ['docker:app:1'], environment, ...call });
    server.close();
    return results.map(({ assumptions }) => assumptions.engine);
  };

  test('decides whose messages are predicted', async () => {
    expect(await engineOf({})).toEqual(['docker-20.10']);
  });

  test('is left out where it is not said in full', async () => {
    const broken: RequestListener = (request, response) => {
      if (request.url !== '/version') return giving(saved)(request, response);
      response.writeHead(200, { 'Content-Length': 99 });
      return response.write('{"Version"', () => response.destroy());
    };
    const { host, server } = await engine(broken);
    expect(await open('docker:app:1', host)).toMatchObject({ engine: null });
    server.close();
  });

  test('comes after what the call says, and not into another source', async () => {
    expect(await engineOf({ engine: 'podman' })).toEqual(['podman']);
    expect(await engineOf({ images: ['scratch'] })).toEqual(['docker']);
  });
});

describe('an engine', () => {
  test('streams the image that it has', async () => {
    const { host, server } = await engine(giving(saved));
    const image = await open('app:1', host);
    expect(image).toMatchObject({ source: 'docker', digest: digestOf(config), fellThrough: [] });
    expect(image.resolved).toBe(`app:1 (${digestOf(config)})`);
    expect(image.content.layers[0]?.entries).toMatchObject([{ path: 'app' }]);
    server.close();
  });

  test('that lacks the image lets it fall through to the profile, and the text says so', async () => {
    const { host, server } = await engine(giving(saved));
    const image = await open('docker.io/library/alpine:3.19', host);
    expect(image.source).toBe('profile');
    expect(image.fellThrough[0]).toEqual({
      source: 'docker',
      reason: 'Docker (DOCKER_HOST) has no image alpine:3.19',
    });
    const error = await imageError(() => open('docker:alpine', host));
    expect(error).toMatchObject({
      code: 'unreadable',
      message: 'docker:alpine: Docker (DOCKER_HOST) has no image alpine:latest',
    });
    server.close();
  });

  test('whose image is for another platform than was asked for says so, and auto goes on to the profile', async () => {
    const { host, server } = await engine((request, response) => {
      const known = request.url === '/images/alpine:3.19/json';
      response.writeHead(known ? 200 : 404).end(known ? inspected : '{}');
    });
    const platform = parsePlatform('linux/arm64');
    const error = await imageError(() => open('docker:alpine:3.19', host, { platform }));
    expect(error.code).toBe('call');
    expect(error.message).toContain(
      'for linux/amd64, not for linux/arm64; pull it with --platform linux/arm64',
    );
    expect(await open('alpine:3.19', host, { platform })).toMatchObject({
      source: 'profile',
      content: { platform },
    });
    server.close();
  });

  test.each<[string, RequestListener, string]>([
    [
      'answers with an error',
      (_, response) => response.writeHead(500).end('{"message":"disk\\u001b full"}'),
      'answered with status 500: disk\\x1b full',
    ],
    ['hangs up', (_, response) => response.destroy(), 'did not answer'],
    ['breaks off the export', giving(saved.subarray(0, 1200), false), 'the connection broke'],
    ['ends the export early', giving(saved.subarray(0, 1200)), 'is truncated'],
    ['exports no image', giving(tarBytes([{ name: 'x', data: '{}' }])), 'no manifest.json'],
  ])('that %s ends with one line', async (_, answer, words) => {
    const { host, server } = await engine(answer);
    const error = await imageError(() => open('docker:app:1', host));
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('\n');
    server.close();
  });

  test('that is not running ends with one line', async () => {
    const { host, server } = await engine(giving(saved));
    await new Promise((resolve) => server.close(resolve));
    for (const address of [host, 'tcp://127.0.0.1:9']) {
      expect((await imageError(() => open('docker:app:1', address))).message).toContain('not running');
    }
  });

  test('and an image of the same name are distinguished', async () => {
    const { host, server } = await engine(giving(saved));
    expect((await imageError(() => open('docker:27-cli', host))).message).toContain(
      'for the image called docker, write docker:docker:27-cli',
    );
    server.close();
  });

  test('is left when the caller gives up', async () => {
    const { host, server } = await engine((request, response) => {
      if (request.url === '/images/app:1/json') response.end(inspected);
      else if (request.url !== '/images/app:1/get') response.writeHead(404).end();
      else response.write(saved.subarray(0, 700));
    });
    const controller = new AbortController();
    const opening = open('docker:app:1', host, { signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(opening).rejects.toThrow(/abort/i);
    server.closeAllConnections();
    server.close();
  });
});

describe('an image of an engine whose layers the cache has', () => {
  const tells = JSON.stringify({
    ...JSON.parse(inspected),
    Config: { Env: ['A=b'], User: '7', WorkingDir: '/srv', Entrypoint: ['/app'], Cmd: null },
    RootFS: { Type: 'layers', Layers: [digestOf(layer)] },
  });
  const configured = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: { Env: ['A=b'], User: '7', WorkingDir: '/srv', Entrypoint: ['/app'] },
      rootfs: { diff_ids: [digestOf(layer)] },
    }),
  );
  const archive = tarBytes([
    { name: 'l/layer.tar', data: layer },
    { name: 'config.json', data: configured },
    {
      name: 'manifest.json',
      data: JSON.stringify([{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['l/layer.tar'] }]),
    },
  ]);
  const cacheIn = (name: string): ImageCache => new ImageCache(new CacheStore(join(folder, name)));

  async function counted(): Promise<{ host: string; server: Server; exports: () => number }> {
    let exported = 0;
    const { host, server } = await engine((request, response) => {
      if (request.url === '/images/app:1/json') return response.end(tells);
      if (request.url !== '/images/app:1/get') return response.writeHead(404).end();
      exported++;
      return response.end(archive);
    });
    return { host, server, exports: () => exported };
  }

  test('is not exported again, and is the same', async () => {
    const { host, server, exports } = await counted();
    const cold = await open('docker:app:1', host, { cache: cacheIn('warm') });
    const warm = await open('docker:app:1', host, { cache: cacheIn('warm') });
    expect(exports()).toBe(1);
    expect(plainIndex(warm.content)).toEqual(plainIndex(cold.content));
    expect({ ...warm, content: null }).toEqual({ ...cold, content: null });
    server.close();
  });

  test('is exported when the cache lost a layer, or has it damaged', async () => {
    const { host, server, exports } = await counted();
    const cache = cacheIn('damaged');
    await open('docker:app:1', host, { cache });
    new CacheStore(join(folder, 'damaged')).write('layer', digestOf(layer), Buffer.from('nonsense'));
    await open('docker:app:1', host, { cache });
    expect(exports()).toBe(2);
    new CacheStore(join(folder, 'damaged')).clear();
    await open('docker:app:1', host, { cache });
    expect(exports()).toBe(3);
    server.close();
  });
});

describeNeeding('a real Docker Engine', [needEngine()], () => {
  const tag = `libc-check-test/image-stage:${process.pid}`;
  const docker = (args: readonly string[], input?: Buffer): string =>
    execFileSync('docker', args, { input: input ?? '', encoding: 'utf8' }).trim();
  const options: OpenImageOptions = { platform: null, fitting: null, env: process.env };

  beforeAll(() => {
    const root = tarBytes([
      { name: 'bin/', flag: '5' },
      { name: 'bin/app', data: fixtureBytes('bin/musl-static'), mode: 0o755 },
    ]);
    docker(['import', '--change', 'ENV A=b', '--change', 'USER 7', '-', tag], root);
  });
  afterAll(() => {
    docker(['rmi', '--force', tag]);
  });

  test('gives an image by name and by ID', async () => {
    const id = docker(['image', 'inspect', '--format', '{{.Id}}', tag]);
    for (const reference of [tag, `docker:${tag}`, `docker:${id}`]) {
      const image = await openImage(reference, options);
      expect(image).toMatchObject({ source: 'docker', digest: id });
      expect(image.content.config).toMatchObject({ env: ['A=b'], user: '7' });
      expect(image.content.layers.flatMap(({ entries }) => entries.map(({ path }) => path))).toContain(
        'bin/app',
      );
    }
  });

  test('exports an image once: then the cache has it, and it is the same', async () => {
    const cache = new ImageCache(new CacheStore(join(folder, 'engine')));
    const cold = await openImage(`docker:${tag}`, { ...options, cache });
    const layers = cold.content.layers.flatMap(({ diffID }) => diffID ?? []);
    expect(cache.layers(layers)?.length).toBe(1);
    const warm = await openImage(`docker:${tag}`, { ...options, cache });
    expect(plainIndex(warm.content)).toEqual(plainIndex(cold.content));
    expect({ ...warm, content: null }).toEqual({ ...cold, content: null });
  });

  test('says that it has no such image', async () => {
    const error = await imageError(() => openImage('docker:libc-check-test/none:1', options));
    expect(error.message).toContain('has no image libc-check-test/none:1');
  });
});
