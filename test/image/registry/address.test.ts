import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDockerReference } from '../../../src/image/reference/docker-reference.ts';
import { parseChallenges } from '../../../src/image/registry/challenge.ts';
import { findCredentials } from '../../../src/image/registry/credentials.ts';
import { defaultPatience } from '../../../src/image/registry/patience.ts';
import { proxyFor } from '../../../src/image/registry/proxy.ts';
import { addressesFor, addressOf } from '../../../src/image/registry/registry-address.ts';
import { retryDelay } from '../../../src/image/registry/transport.ts';
import { imageError } from '../expectations.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const addresses = (name: string, mirrors: string[] = [], insecure: string[] = []) => {
  const reference = parseDockerReference(name);
  if (reference === null) throw new Error(`${name} is no image name`);
  return addressesFor(reference, { mirrors, insecure }).map(({ host, insecure: weak }) => [host, weak]);
};

describe('the registry of an image name', () => {
  test.each([
    ['alpine', 'registry-1.docker.io', false],
    ['docker.io/library/alpine', 'registry-1.docker.io', false],
    ['index.docker.io/grafana/loki', 'registry-1.docker.io', false],
    ['ghcr.io/a/b:1', 'ghcr.io', false],
    ['registry.example:5000/a', 'registry.example:5000', false],
    ['localhost/a', 'localhost', true],
    ['localhost:5000/a', 'localhost:5000', true],
    ['127.0.0.1:5000/a', '127.0.0.1:5000', true],
    ['127.5.6.7/a', '127.5.6.7', true],
    ['[::1]:5000/a', '[::1]:5000', true],
    ['127.0.0.1.example/a', '127.0.0.1.example', false],
  ])('%s is %s', (name, host, insecure) => {
    expect(addresses(name)).toEqual([[host, insecure]]);
  });

  test('may be insecure when it was named so, with its port or without', () => {
    expect(addresses('registry.example:5000/a', [], ['registry.example:5000'])).toEqual([
      ['registry.example:5000', true],
    ]);
    expect(addresses('registry.example:5000/a', [], ['registry.example'])).toEqual([
      ['registry.example:5000', true],
    ]);
    expect(addresses('registry.example:5000/a', [], ['registry.example:1'])).toEqual([
      ['registry.example:5000', false],
    ]);
    expect(addresses('alpine', [], ['docker.io', 'registry-1.docker.io'])).toEqual([
      ['registry-1.docker.io', false],
    ]);
  });

  test('is asked after the mirrors when it is Docker Hub, and only then', () => {
    expect(addresses('alpine', ['one.example', 'http://two.example:5000/'])).toEqual([
      ['one.example', false],
      ['two.example:5000', true],
      ['registry-1.docker.io', false],
    ]);
    expect(addresses('ghcr.io/a/b', ['one.example'])).toEqual([['ghcr.io', false]]);
  });

  test.each(['', 'http://', 'user:secret@host', 'host/path'])('has no mirror %j', async (mirror) => {
    expect(await imageError(() => addresses('alpine', [mirror]))).toMatchObject({ code: 'call' });
  });
});

describe('a challenge', () => {
  test.each([
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    [
      'Bearer realm="https://a/b?c=d,e",service=s , scope="repository:a:pull,push"',
      [['bearer', { realm: 'https://a/b?c=d,e', service: 's', scope: 'repository:a:pull,push' }]],
    ],
    [
      'Negotiate, Basic realm="a \\"b\\""',
      [
        ['negotiate', {}],
        ['basic', { realm: 'a "b"' }],
      ],
    ],
    ['BEARER Realm="x"', [['bearer', { realm: 'x' }]]],
    ['', []],
    ['"', []],
    ['=,=', []],
  ])('%j is read', (header, expected) => {
    const read = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ]);
    expect(read).toEqual(expected);
  });

  test('of any length is read in no time', () => {
    const started = performance.now();
    for (const part of ['a', 'a,', 'a=', 'a="', '\\', ' ', '","']) parseChallenges(part.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('the proxy of a URL', () => {
  const env = { HTTPS_PROXY: 'http://user:pass@proxy.example:3128', http_proxy: 'plain.example' };
  test.each([
    ['https://registry.example/v2/', env, 'proxy.example:3128'],
    ['http://registry.example/v2/', env, 'plain.example'],
    ['https://localhost:5000/', env, null],
    ['https://127.0.0.1/', env, null],
    ['https://[::1]:5000/', env, null],
    ['https://registry.example/', {}, null],
    ['https://registry.example/', { HTTP_PROXY: 'http://proxy.example' }, null],
    ['https://registry.example/', { ...env, NO_PROXY: '*' }, null],
    ['https://registry.example/', { ...env, NO_PROXY: 'other, example' }, null],
    ['https://registry.example/', { ...env, no_proxy: '.example' }, null],
    ['https://registry.example/', { ...env, NO_PROXY: '*.EXAMPLE' }, null],
    ['https://registryexample/', { ...env, NO_PROXY: 'example' }, 'proxy.example:3128'],
    ['https://registry.example:5000/', { ...env, NO_PROXY: 'registry.example:443' }, 'proxy.example:3128'],
    ['https://registry.example/', { ...env, NO_PROXY: 'registry.example:443' }, null],
    ['https://10.1.2.3/', { ...env, NO_PROXY: '10.0.0.0/8' }, null],
    ['https://11.1.2.3/', { ...env, NO_PROXY: '10.0.0.0/8,x/8,10.0.0.0/99' }, 'proxy.example:3128'],
    ['https://[fd00::1]/', { ...env, NO_PROXY: 'fd00::/8' }, null],
    ['https://[fd00::1]/', { ...env, NO_PROXY: 'fd00::1' }, null],
  ])('%s with %j is %s', (url, environment, host) => {
    expect(proxyFor(new URL(url), environment)?.host ?? null).toBe(host);
  });

  test.each(['http://[', 'socks5://secret@proxy.example', '://'])(
    '%j is a wrong call, told without its text',
    async (text) => {
      const error = await imageError(() =>
        proxyFor(new URL('https://registry.example'), { HTTPS_PROXY: text }),
      );
      expect(error.code).toBe('call');
      expect(error.message).toBe(
        'HTTPS_PROXY is not the address of a proxy: write for example http://proxy.example:3128',
      );
    },
  );
});

describe('the delay before another try', () => {
  test.each([
    [1, undefined, 250],
    [3, undefined, 1000],
    [30, undefined, 20_000],
    [1, '2', 2000],
    [1, '3600', 20_000],
    [2, 'soon', 500],
    [2, '', 500],
    [2, '-1', 500],
    [1, new Date(Date.now() - 5000).toUTCString(), 0],
  ])('number %d with Retry-After %j is %d ms', (attempt, header, delay) => {
    expect(retryDelay(attempt, header, defaultPatience)).toBe(delay);
  });
});

describe('the credentials of Docker Hub', () => {
  const home = temporaryFolder();
  const write = (auths: object) => {
    mkdirSync(join(home, '.docker'), { recursive: true });
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths }));
  };
  const auth = Buffer.from('me:secret').toString('base64');

  test.each(['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io'])(
    'are those of %s',
    async (key) => {
      write({ [key]: { auth } });
      const found = await findCredentials(addressOf('docker.io', []), 'library/alpine', { HOME: home });
      expect(found).toEqual({ kind: 'password', username: 'me', password: 'secret' });
    },
  );

  test('go to no host that only looks like it', async () => {
    write({ 'docker.io': { auth }, 'https://index.docker.io/v1/': { auth } });
    for (const host of ['evil-docker.io', 'x.docker.io', 'docker.io.example'])
      expect(await findCredentials(addressOf(host, []), 'a', { HOME: home })).toBeNull();
  });
});
