import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceContext, SourceImage } from '../../../src/image/source-options.ts';
import { imageError } from '../expectations.ts';
import { digestOf, OciBlobs, type TestDescriptor } from '../oci-blobs.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { contextOf, openFrom, TestRegistry, testPatience } from './test-registry.ts';

/** From Node 22.15 on. */
const zstdCompress = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync;

const folder = temporaryFolder();
const oci = new OciBlobs();
const noise = randomBytes(600_000);
const big = oci.layer([{ name: 'big', data: noise }]);
const small = oci.layer([{ name: 'etc/os-release', data: 'ID=test\n' }], 'plain');
const image = oci.image('amd64', [big, small]);
const lying = oci.image('amd64', [{ descriptor: { ...small.descriptor, size: 100 }, diffID: small.diffID }]);

let registry: TestRegistry;
beforeEach(async () => {
  registry = await new TestRegistry(oci).start();
  registry.tag('1', image);
  registry.tag('lying', lying);
});
afterEach(() => registry.stop());

const open = (tag = '1', changes: Partial<SourceContext> = {}): Promise<SourceImage> =>
  openFrom(`${registry.host}/app:${tag}`, contextOf(folder, changes));

const isBlob = (url: string | undefined, descriptor: TestDescriptor): boolean =>
  url?.endsWith(`/blobs/${descriptor.digest}`) === true;

/** Sends the first bytes of the big layer and then cuts the connection. */
function cutAfter(response: ServerResponse, from: number, length: number): void {
  const bytes = oci.blobs.get(big.descriptor.digest) ?? Buffer.alloc(0);
  response.writeHead(from === 0 ? 200 : 206, {
    'content-length': bytes.length - from,
    ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.write(bytes.subarray(from, from + length), () => setTimeout(() => response.destroy(), 20));
}

const paths = ({ content }: SourceImage): string[] =>
  content.layers.flatMap((layer) => layer.entries.map((entry) => entry.path));

describe('a registry', () => {
  test('gives an image, layers in order, asked for by digest after the tag', async () => {
    const opened = await open();
    expect(paths(opened)).toEqual(['big', 'etc/os-release']);
    expect(opened.digest).toBe(image.digest);
    expect(opened.resolved).toBe(`${registry.host}/app:1 (${image.digest})`);
    expect(registry.urls.filter((url) => url.endsWith('/1'))).toEqual(['HEAD /v2/app/manifests/1']);
    expect(registry.urls).toContain(`GET /v2/app/manifests/${image.digest}`);
  });

  test('that does not support HEAD is asked with GET', async () => {
    registry.intercept = (request, response) => {
      if (request.method !== 'HEAD') return false;
      response.writeHead(405).end();
      return true;
    };
    expect(paths(await open())).toEqual(['big', 'etc/os-release']);
    expect(registry.urls.filter((url) => url.includes('/manifests/'))).toEqual([
      'HEAD /v2/app/manifests/1',
      'GET /v2/app/manifests/1',
    ]);
  });

  test('is asked by digest alone when the name has one', async () => {
    const opened = await openFrom(`${registry.host}/app:gone@${image.digest}`, contextOf(folder));
    expect(opened.digest).toBe(image.digest);
  });
});

describe('a connection that is cut in the middle of a layer', () => {
  test('is taken up where it broke', async () => {
    registry.intercept = (request, response, count) => {
      if (!isBlob(request.url, big.descriptor) || count > 2) return false;
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      cutAfter(response, from, 100_000);
      return true;
    };
    expect(paths(await open())).toEqual(['big', 'etc/os-release']);
    const asked = registry.seen.filter(({ url }) => isBlob(url, big.descriptor));
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  test('starts anew with a server that has no ranges', async () => {
    registry.ranges = false;
    registry.intercept = (request, response, count) => {
      if (!isBlob(request.url, big.descriptor) || count > 1) return false;
      cutAfter(response, 0, 300_000);
      return true;
    };
    expect(paths(await open())).toEqual(['big', 'etc/os-release']);
  });

  test('again and again ends with one line', async () => {
    registry.intercept = (request, response) => {
      if (!isBlob(request.url, big.descriptor)) return false;
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      cutAfter(response, from, 10_000);
      return true;
    };
    const error = await imageError(() => open());
    expect(error.code).toBe('unreadable');
    expect(error.message).toMatch(
      /^layer 1 of 2 \(sha256:[0-9a-f]{12}…\) of 127\.0\.0\.1:\d+\/app:1 could not be read whole from the registry 127\.0\.0\.1:\d+: the connection broke after 40000 of \d+ bytes; try again$/,
    );
  });

  test('with a range that was not asked for is refused', async () => {
    registry.intercept = (request, response, count) => {
      if (!isBlob(request.url, big.descriptor)) return false;
      if (count === 1) cutAfter(response, 0, 1000);
      else cutAfter(response, 5000, 1000);
      return true;
    };
    expect((await imageError(() => open())).message).toContain('another range than requested');
  });
});

describe('content that is not what its digest says', () => {
  test.each(['middle', 'end'])('with a changed byte in the %s is refused', async (where) => {
    registry.intercept = (request, response) => {
      if (!isBlob(request.url, small.descriptor)) return false;
      const bytes = Buffer.from(oci.blobs.get(small.descriptor.digest) ?? '');
      const at = where === 'middle' ? 515 : bytes.length - 1;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      response.end(bytes);
      return true;
    };
    const error = await imageError(() => open());
    expect(error.code).toBe('unreadable');
    expect(error.message).toMatch(/^layer 2 of 2 .* is damaged( after "etc\/os-release")?: /);
  });

  test('as a manifest is refused', async () => {
    registry.intercept = (request, response) => {
      if (!request.url?.endsWith(image.digest)) return false;
      response.end(Buffer.from(oci.blobs.get(image.digest) ?? '').fill(' ', 1, 2));
      return true;
    };
    expect((await imageError(() => open())).message).toContain('is damaged: its digest is');
  });

  test.each([
    [
      'longer',
      Buffer.concat([oci.blobs.get(small.descriptor.digest) ?? Buffer.alloc(0), Buffer.alloc(512)]),
      'is larger than the',
    ],
    [
      'shorter',
      (oci.blobs.get(small.descriptor.digest) ?? Buffer.alloc(0)).subarray(0, -512),
      'could not be read whole',
    ],
  ])('and is %s is refused', async (_name, bytes, words) => {
    registry.intercept = (request, response) => {
      if (!isBlob(request.url, small.descriptor)) return false;
      response.end(bytes);
      return true;
    };
    expect((await imageError(() => open())).message).toContain(words);
  });

  test('whose size the manifest gets wrong is refused', async () => {
    expect((await imageError(() => open('lying'))).message).toContain('is larger than the 100 bytes');
  });

  test.each(['manifests', 'blobs'])('as the head of %s says it is refused', async (kind) => {
    registry.intercept = (request, response) => {
      if (!request.url?.includes(`/${kind}/`)) return false;
      if (request.method === 'HEAD') {
        response.writeHead(405).end();
        return true;
      }
      const bytes = oci.blobs.get(digestIn(request.url)) ?? Buffer.alloc(0);
      response.writeHead(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }).end(bytes);
      return true;
    };
    expect((await imageError(() => open())).message).toContain('with another digest than it says');
  });

  test('under a digest in the name that the registry answers otherwise is refused', async () => {
    registry.intercept = (request, response) => {
      if (request.method !== 'HEAD') return false;
      response
        .writeHead(200, { 'docker-content-digest': `sha256:${'0'.repeat(64)}`, 'content-length': 5 })
        .end();
      return true;
    };
    const error = await imageError(() => openFrom(`${registry.host}/app@${image.digest}`, contextOf(folder)));
    expect(error.message).toContain(`gives sha256:${'0'.repeat(64)} for ${image.digest}`);
  });
});

describe('an answer that is not a success', () => {
  test.each([
    [400, 'answered 400 (NAME_INVALID) for 127.0.0.1'],
    [403, 'refuses access to app (403): log in with "docker login 127.0.0.1:'],
    [404, 'does not have 127.0.0.1:'],
    [418, 'answered 418 (NAME_INVALID)'],
    [429, 'limits requests (429): log in or try again later'],
    [500, 'answered 500'],
    [503, 'answered 503'],
  ])('%d ends with one line', async (status, words) => {
    registry.intercept = (_request, response) => {
      response.writeHead(status).end('{"errors":[{"code":"NAME_INVALID","message":"\\u001b[31m"}]}');
      return true;
    };
    const error = await imageError(() => open());
    expect(error.code).toBe('unreadable');
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/^the registry [ -~]*$/);
  });

  test.each([429, 500, 502, 503, 504])('%d that passes is retried', async (status) => {
    registry.intercept = (_request, response, count) => {
      if (count > 2) return false;
      response.writeHead(status, { 'retry-after': '0' }).end();
      return true;
    };
    expect(paths(await open())).toEqual(['big', 'etc/os-release']);
  });

  test('for one layer alone names the layer', async () => {
    registry.intercept = (request, response) => {
      if (!isBlob(request.url, small.descriptor)) return false;
      response.writeHead(404).end();
      return true;
    };
    expect((await imageError(() => open())).message).toMatch(/does not have layer 2 of 2/);
  });

  test('with Retry-After is waited for', async () => {
    const times: number[] = [];
    registry.intercept = (_request, response, count) => {
      times.push(Date.now());
      if (count > 1) return false;
      response.writeHead(429, { 'retry-after': '0.05' }).end();
      return true;
    };
    await open();
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(45);
  });
});

describe('a registry that stalls', () => {
  test('before it has shaken hands is given up', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const started = Date.now();
    const error = await imageError(() => openFrom(`127.0.0.1:${port}/app:1`, contextOf(folder)));
    expect(error.message).toBe(`the registry 127.0.0.1:${port} cannot be reached: it did not answer in time`);
    expect(Date.now() - started).toBeLessThan(3 * testPatience.connect);
    silent.close();
  });

  test('before its answer is given up', async () => {
    registry.intercept = () => true;
    expect((await imageError(() => open())).message).toContain(
      'cannot be reached: it did not answer in time',
    );
  });

  test('within a layer is asked for the rest', async () => {
    registry.intercept = (request, response, count) => {
      if (!isBlob(request.url, big.descriptor) || count > 1) return false;
      const bytes = oci.blobs.get(big.descriptor.digest) ?? Buffer.alloc(0);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      return true;
    };
    expect(paths(await open())).toEqual(['big', 'etc/os-release']);
  });

  test('within a layer for ever is given up', async () => {
    registry.intercept = (request, response) => {
      if (!isBlob(request.url, big.descriptor)) return false;
      response.writeHead(200, { 'content-length': big.descriptor.size });
      response.write('x');
      return true;
    };
    expect((await imageError(() => open())).code).toBe('unreadable');
  });

  test('ends at once when the caller gives up', async () => {
    registry.intercept = () => true;
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    const started = Date.now();
    await expect(open('1', { signal: stop.signal })).rejects.toThrow('enough');
    expect(Date.now() - started).toBeLessThan(350);
  });
});

describe('redirects', () => {
  test('of layers to another host are followed, without the authorization', async () => {
    const store = await new TestRegistry(oci).start();
    const env = {
      HOME: folder,
      LIBC_CHECK_REGISTRY_HOST: registry.host,
      LIBC_CHECK_REGISTRY_TOKEN: 'secret-token',
    };
    registry.intercept = (request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://127.0.0.1/token"' }).end();
        return true;
      }
      if (!request.url?.includes('/blobs/')) return false;
      response.writeHead(307, { location: `http://${store.host}${request.url}` }).end();
      return true;
    };
    try {
      expect(paths(await open('1', { env }))).toEqual(['big', 'etc/os-release']);
      expect(store.seen.length).toBe(3);
      for (const { headers } of store.seen) expect(headers.authorization).toBeUndefined();
      expect(registry.seen.some(({ headers }) => headers.authorization === 'Bearer secret-token')).toBe(true);
    } finally {
      await store.stop();
    }
  });

  test('to another host that asks for a password get none', async () => {
    const store = await new TestRegistry(oci).start();
    store.intercept = (_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${store.host}/token"` }).end();
      return true;
    };
    registry.intercept = (request, response) => {
      if (!request.url?.includes('/blobs/')) return false;
      response.writeHead(302, { location: `http://${store.host}${request.url}` }).end();
      return true;
    };
    const env = {
      HOME: folder,
      LIBC_CHECK_REGISTRY_HOST: registry.host,
      LIBC_CHECK_REGISTRY_USERNAME: 'me',
      LIBC_CHECK_REGISTRY_PASSWORD: 'secret',
    };
    try {
      expect((await imageError(() => open('1', { env }))).message).toContain('refuses access to app (401)');
      expect(JSON.stringify(store.seen)).not.toContain('authorization');
      expect(store.urls.filter((url) => url.includes('/token'))).toEqual([]);
    } finally {
      await store.stop();
    }
  });

  test.each([
    ['/loop', 'redirects endlessly'],
    ['ftp://127.0.0.1/x', 'redirects to an address that is not HTTP'],
    ['http://[', 'redirects to an address that is not HTTP'],
  ])('to %s are refused', async (location, words) => {
    registry.intercept = (_request, response) => {
      response.writeHead(302, { location }).end();
      return true;
    };
    expect((await imageError(() => open())).message).toContain(words);
  });
});

describe('content that is not an image', () => {
  test('a manifest of schema 1 is refused', async () => {
    registry.intercept = (request, response) => {
      if (!request.url?.includes('/manifests/')) return false;
      const bytes = Buffer.from('{"schemaVersion":1,"fsLayers":[]}');
      const type = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
      response.writeHead(200, {
        'content-type': type,
        'docker-content-digest': digestOf(bytes),
        'content-length': bytes.length,
      });
      response.end(request.method === 'HEAD' ? undefined : bytes);
      return true;
    };
    expect((await imageError(() => open())).message).toContain(
      'has a manifest of schema 1, which is obsolete',
    );
  });

  test('a server that does not speak HTTP is reported', async () => {
    registry.intercept = (request) => {
      request.socket.end('SSH-2.0-OpenSSH\r\n');
      return true;
    };
    const error = await imageError(() => open());
    expect(error.message).toMatch(/cannot be reached: (?:the answer is not HTTP|it cut the connection)/);
  });

  test.skipIf(zstdCompress === undefined)('but a zstd layer is one', async () => {
    const other = new OciBlobs();
    const layer = other.layer([{ name: 'z' }], (tar) => zstdCompress?.(tar) ?? tar);
    const server = await new TestRegistry(other).start();
    server.tag('z', other.image('amd64', [layer]));
    try {
      expect(paths(await openFrom(`${server.host}/app:z`, contextOf(folder)))).toEqual(['z']);
    } finally {
      await server.stop();
    }
  });
});

/** What a request names: the image by its tag. */
const digestIn = (url: string): string => /sha256:[0-9a-f]{64}$/.exec(url)?.[0] ?? image.digest;

test('layers come side by side, three at once, and one that is named twice comes once', async () => {
  const other = new OciBlobs();
  const layers = Array.from({ length: 8 }, (_, i) => other.layer([{ name: `file${i}`, data: String(i) }]));
  const repeated = [...layers, ...layers.slice(0, 2)];
  const server = await new TestRegistry(other).start();
  server.tag('many', other.image('amd64', repeated));
  let open = 0;
  let most = 0;
  server.intercept = (request, response) => {
    if (!request.url?.includes('/blobs/') || request.headers.accept !== undefined) return false;
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      server.serve(request, response);
    }, 30);
    return true;
  };
  try {
    const opened = await openFrom(`${server.host}/app:many`, contextOf(folder));
    expect(paths(opened)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1].map((i) => `file${i}`));
    expect(most).toBe(3);
    expect(server.urls.filter((url) => url.includes('/blobs/')).length).toBe(9);
  } finally {
    await server.stop();
  }
});
