import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { imageError } from '../expectations.ts';
import { OciBlobs } from '../oci-blobs.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { contextOf, openFrom, TestRegistry } from './test-registry.ts';

const folder = temporaryFolder();

describe('a proxy', () => {
  test('that hangs up when it is asked for a tunnel is asked a few times, not without an end', async () => {
    let connections = 0;
    const proxy = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => socket.end());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const env = { HOME: folder, HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const { message } = await imageError(() =>
      openFrom('registry.example/app:1', contextOf(folder, { env })),
    );
    expect(message).toMatch(/cannot be reached through the proxy 127\.0\.0\.1:\d+: it cut the connection/);
    expect(connections).toBeLessThan(10);
    proxy.close();
  });

  test('that gives no tunnel is asked for plain HTTP where the registry is insecure', async () => {
    const blobs = new OciBlobs();
    const registry = await new TestRegistry(blobs).start();
    const layer = blobs.layer([{ name: 'etc/os-release', data: 'ID=test\n' }]);
    registry.tag('1', blobs.image('amd64', [layer]));
    const proxy = `http://${registry.host}`;
    const env = { HOME: folder, HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
    const insecure = contextOf(folder, { env });
    const opened = await openFrom('registry.example/app:1', {
      ...insecure,
      registry: { ...insecure.registry, insecure: ['registry.example'] },
    });
    expect(opened.content.layers).toHaveLength(1);
    await registry.stop();
  });
});
