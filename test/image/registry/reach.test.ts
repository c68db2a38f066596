import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { kindOfAddress } from '../../../src/image/registry/address-kind.ts';
import { HttpAgents } from '../../../src/image/registry/http-agents.ts';
import { everywhere, literalKind, reachFrom } from '../../../src/image/registry/reach.ts';
import { areSameSite } from '../../../src/image/registry/same-site.ts';

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.0.9', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['fe80::1', 'link-local'],
  ['::ffff:169.254.169.254', 'link-local'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd00:ec2::254', 'private'],
  ['64:ff9b::a00:1', 'private'],
  ['172.32.0.1', 'public'],
  ['8.8.8.8', 'public'],
  ['64:ff9b::808:808', 'public'],
  ['2606:4700::1', 'public'],
] as const)('the address %s is %s', (address, kind) => {
  expect(kindOfAddress(address)).toBe(kind);
});

test.each([
  ['http://2130706433/', 'loopback'],
  ['http://0x7f.1/', 'loopback'],
  ['http://[::ffff:7f00:1]:5000/', 'loopback'],
  ['http://x.localhost/', 'loopback'],
  ['http://localhost.example/', null],
] as const)('%s names an address that is %s', (url, kind) => {
  expect(literalKind(new URL(url))).toBe(kind);
});

describe('where a registry may send this client', () => {
  const reached = (from: string, kind: Parameters<typeof reachFrom>[1], to: string, allowed: string[] = []) =>
    [...reachFrom(new URL(from), kind, new URL(to), allowed)].sort();
  const all = [...everywhere].sort();

  test.each([
    ['https://r.example', 'public', 'https://r.example/other'],
    ['https://r.example', 'public', 'https://r.example:443/other'],
    ['https://10.0.0.1:5000', 'private', 'https://10.0.0.1:5000/x'],
    ['http://127.0.0.1:5000', 'loopback', 'http://10.0.0.1'],
  ] as const)('%s (%s) may send to %s wherever that is', (from, kind, to) => {
    expect(reached(from, kind, to)).toEqual(all);
  });

  test.each([
    ['https://r.example', 'public', 'https://r.example:8443'],
    ['https://r.example', 'public', 'https://auth.r.example'],
    ['https://r.example', null, 'https://auth.r.example'],
    ['https://10.0.0.1:5000', 'private', 'https://10.0.0.1:9000'],
    ['https://r.corp.example', 'private', 'https://cdn.other'],
    ['https://r.example', 'link-local', 'https://auth.r.example'],
  ] as const)('%s (%s) may send to %s only where that is public', (from, kind, to) => {
    expect(reached(from, kind, to)).toEqual(['public']);
  });

  test('a registry of the private network may send to its own site there', () => {
    expect(reached('https://r.corp.example', 'private', 'https://git.corp.example')).toEqual([
      'private',
      'public',
    ]);
  });

  test.each(['cdn.example', 'cdn.example:8443'])('a user may allow %s', (host) => {
    expect(reached('https://r.example', 'public', 'https://cdn.example:8443', [host])).toEqual(all);
  });
});

test.each([
  ['registry-1.docker.io', 'auth.docker.io', true],
  ['registry.gitlab.com', 'gitlab.com', true],
  ['one.github.io', 'other.github.io', false],
  ['registry.example.co.uk', 'other.co.uk', false],
  ['10.0.0.1', '10.0.0.2', false],
  ['docker.io', 'docker.io.evil.example', false],
])('%s and %s are of one site: %s', (one, other, same) => {
  expect(areSameSite(one, other)).toBe(same);
});

test('the address that a name has at the connection counts', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agents = new HttpAgents({ env: {}, ca: null, connect: 2000 });
  const ask = (reach: typeof everywhere) =>
    agents
      .by({ proxy: null, insecure: false, reach })
      .request({ origin: `http://localhost:${port}`, path: '/', method: 'GET' });
  try {
    await expect(ask(new Set(['public', 'private']))).rejects.toThrow('a loopback address');
    expect(asked).toBe(0);
    expect((await ask(everywhere)).statusCode).toBe(200);
    expect(agents.kindOf('localhost')).toBe('loopback');
  } finally {
    await agents.close();
    server.close();
  }
});
