import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsePlatform } from '../../../src/image/reference/platform.ts';
import type { RegistryOptions, SourceContext, SourceImage } from '../../../src/image/source-options.ts';
import { describeNeeding } from '../../needs.ts';
import { imageError, plainIndex } from '../expectations.ts';
import { OciBlobs, writeFolder } from '../oci-blobs.ts';
import { fixtureBytes } from '../tar-bytes.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import {
  makeCertificates,
  type RunningRegistry,
  registryNeeds,
  skopeoCopy,
  startRegistry,
} from './docker-registry.ts';
import { contextOf, openFrom } from './test-registry.ts';

const folder = temporaryFolder();
const user = { name: 'me', password: 'secret-word' };
const oci = new OciBlobs();
const layers = [
  oci.layer([
    { name: 'etc/', flag: '5' },
    { name: 'etc/os-release', data: 'ID=test\n' },
    { name: 'bin/sh', mode: 0o755, data: fixtureBytes('bin/aarch64-glibc-dynamic') },
  ]),
  oci.layer([{ name: 'etc/.wh.os-release' }, { name: 'app', data: '#!/bin/sh\n', mode: 0o755 }]),
];
const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });
const both = oci.index([
  { ...oci.image('amd64', layers), ...platform('amd64') },
  { ...oci.image('arm64', layers.slice(0, 1)), ...platform('arm64') },
]);

const zstdOci = new OciBlobs();
const zstdImage = zstdOci.image('amd64', [zstdOci.layer([{ name: 'z', data: 'z'.repeat(70_000) }], 'plain')]);

const contents = ({ content }: SourceImage): object => plainIndex(content);

describeNeeding('a real registry', registryNeeds, () => {
  let plain: RunningRegistry;
  let locked: RunningRegistry;
  let certificates: ReturnType<typeof makeCertificates>;
  const layout = join(folder, 'layout');
  const zstdLayout = join(folder, 'zstd');
  const refName = (name: string) => ({ 'org.opencontainers.image.ref.name': name });

  beforeAll(async () => {
    writeFolder(layout, oci.files([{ ...both, annotations: refName('both') }]));
    certificates = makeCertificates(join(folder, 'certificates'));
    const { certificate, key } = certificates;
    plain = await startRegistry({ folder: join(folder, 'plain') });
    locked = await startRegistry({ folder: join(folder, 'locked'), user, certificate: { certificate, key } });
    const to = (name: string) => `docker://${plain.host}/team/app:${name}`;
    skopeoCopy(`oci:${layout}:both`, to('both'), '--all');
    skopeoCopy(`oci:${layout}:both`, to('gzip'), '--override-arch=amd64');
    // skopeo sends no layer that the registry has in another compression, so this one is of its own.
    writeFolder(zstdLayout, zstdOci.files([{ ...zstdImage, annotations: refName('zstd') }]));
    skopeoCopy(`oci:${zstdLayout}:zstd`, to('zstd'), '--dest-compress-format=zstd');
    skopeoCopy(`oci:${layout}:both`, to('docker'), '--override-arch=amd64', '--format=v2s2');
    const saved = `docker-archive:${join(folder, 'saved.tar')}`;
    skopeoCopy(`oci:${layout}:both`, `${saved}:app:1`, '--override-arch=amd64');
    skopeoCopy(saved, to('from-archive'));
    skopeoCopy(saved, `docker://${locked.host}/team/app:1`, `--dest-creds=${user.name}:${user.password}`);
  }, 120_000);
  afterAll(() => Promise.all([plain?.stop(), locked?.stop()]));

  const open = (tag: string, changes: Partial<SourceContext> = {}): Promise<SourceImage> =>
    openFrom(`${plain.host}/team/app:${tag}`, contextOf(folder, changes));
  const openLocked = (
    registry: Partial<RegistryOptions>,
    env: Record<string, string> = loggedIn(),
    host = locked.host,
  ): Promise<SourceImage> =>
    openFrom(
      `${host}/team/app:1`,
      contextOf(folder, { env, registry: { insecure: [], mirrors: [], ca: null, ...registry } }),
    );
  const loggedIn = (): Record<string, string> => ({
    HOME: folder,
    LIBC_CHECK_REGISTRY_HOST: locked.host,
    LIBC_CHECK_REGISTRY_USERNAME: user.name,
    LIBC_CHECK_REGISTRY_PASSWORD: user.password,
  });

  test('gives the same image by every form in which it holds it', async () => {
    const expected = contents(await open('gzip'));
    for (const tag of ['docker', 'from-archive']) expect(contents(await open(tag))).toEqual(expected);
    const local = await openLocalLayout(layout, 'both');
    expect(expected).toEqual(local);
  });

  test('gives layers that are compressed with zstd', async () => {
    const manifest = await (
      await fetch(`http://${plain.host}/v2/team/app/manifests/zstd`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      })
    ).text();
    expect(manifest).toContain('tar+zstd');
    expect(contents(await open('zstd'))).toEqual(await openLocalLayout(zstdLayout, 'zstd'));
  });

  test.each([
    ['linux/amd64', 2],
    ['linux/arm64', 1],
  ])('gives the platform %s of an index', async (name, count) => {
    const opened = await open('both', { platform: parsePlatform(name) });
    expect(opened.content.platform).toEqual(parsePlatform(name));
    expect(opened.content.layers.length).toBe(count);
    expect(opened.digest).toBe(both.digest);
    const fitted = await open('both', { fitting: parsePlatform(name) });
    expect(fitted).toMatchObject({ platformChosen: true, content: { platform: parsePlatform(name) } });
  });

  test('lacks a platform', async () => {
    const error = await imageError(() => open('both', { platform: parsePlatform('linux/s390x') }));
    expect(error.code).toBe('call');
    expect(error.message).toContain('has no linux/s390x; it has: linux/amd64, linux/arm64');
  });

  test('lacks a tag, a repository, a digest', async () => {
    expect((await imageError(() => open('none'))).message).toBe(
      `the registry ${plain.host} does not have ${plain.host}/team/app:none`,
    );
    const digest = `sha256:${'0'.repeat(64)}`;
    for (const name of [`${plain.host}/nobody:1`, `${plain.host}/team/app@${digest}`])
      expect((await imageError(() => openFrom(name, contextOf(folder)))).message).toContain('does not have');
  });

  test('with TLS and a password gives it to those who log in', async () => {
    const opened = await openLocked({ ca: certificates.ca });
    expect(contents(opened)).toEqual(contents(await open('gzip')));
  });

  test('with a certificate that nobody knows is trusted on this machine, as Docker does, and when the call says so', async () => {
    expect((await openLocked({})).content.layers.length).toBe(2);
  });

  test('with a password refuses others', async () => {
    const wrong = { ...loggedIn(), LIBC_CHECK_REGISTRY_PASSWORD: 'wrong-word' };
    for (const env of [{ HOME: folder }, wrong]) {
      const error = await imageError(() => openLocked({ ca: certificates.ca }, env));
      expect(error.message).toContain(
        'refuses access to team/app (401): log in with "docker login localhost:',
      );
      expect(error.message).not.toContain('-word');
    }
  });

  test('that is not there is reported at once', async () => {
    const other = await startRegistry({ folder: join(folder, 'gone') });
    await other.stop();
    const started = Date.now();
    const error = await imageError(() => openFrom(`${other.host}/a`, contextOf(folder)));
    expect(error.message).toBe(`the registry ${other.host} cannot be reached: nothing listens there`);
    expect(Date.now() - started).toBeLessThan(500);
  });

  /** Tunnels registry.test to the locked registry, as a company's proxy would. */
  async function withProxy(
    run: (proxy: Server & { asked: string[] }, address: string) => Promise<void>,
  ): Promise<void> {
    const asked: string[] = [];
    const proxy = Object.assign(createServer(), { asked });
    proxy.on('connect', (request, client) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      if (!request.url?.startsWith('registry.test:')) {
        client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      const server = connect(Number(locked.host.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      for (const socket of [server, client]) socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      await run(proxy, `127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }

  const host = 'registry.test:5000';
  const named = (): Record<string, string> => ({ ...loggedIn(), LIBC_CHECK_REGISTRY_HOST: host });

  test('behind a proxy is reached through it, its certificate verified', async () => {
    await withProxy(async (proxy, address) => {
      const env = { ...named(), HTTPS_PROXY: `http://who:proxy%20pass@${address}` };
      expect((await openLocked({ ca: certificates.ca }, env, host)).content.layers.length).toBe(2);
      const identity = Buffer.from('who:proxy pass').toString('base64');
      expect(new Set(proxy.asked)).toEqual(new Set([`${host} Basic ${identity}`]));
      const error = await imageError(() => openLocked({}, env, host));
      expect(error.message).toMatch(
        new RegExp(
          `^the registry ${host} cannot be reached through the proxy ${address}: its certificate or TLS is not accepted \\(\\w+\\): trust its certificate with --registry-ca FILE$`,
        ),
      );
      expect((await openLocked({ insecure: [host] }, env, host)).content.layers.length).toBe(2);
    });
  });

  test('behind a proxy that refuses, or that NO_PROXY excepts, ends with one line', async () => {
    await withProxy(async (proxy, address) => {
      const env = { ...loggedIn(), HTTPS_PROXY: `http://who:pass@${address}` };
      const refused = await imageError(() => openLocked({}, env, 'other.test'));
      expect(refused.message).toBe(
        `the registry other.test cannot be reached through the proxy ${address}: the proxy refuses (403)`,
      );
      const asked = proxy.asked.length;
      const direct = await imageError(() =>
        openLocked({}, { ...env, NO_PROXY: '.invalid' }, 'registry.invalid'),
      );
      expect(direct.message).toContain('the registry registry.invalid cannot be reached: its host');
      expect(proxy.asked.length).toBe(asked);
    });
  });

  test('stands in for Docker Hub as a mirror', async () => {
    const context = contextOf(folder, {
      registry: { insecure: [], mirrors: [`http://${plain.host}`], ca: null },
    });
    expect((await openFrom('team/app:gzip', context)).resolved).toMatch(/^team\/app:gzip \(sha256:/);
  });

  test('is trusted by NODE_EXTRA_CA_CERTS too, and the whole command shows no secret', async () => {
    mkdirSync(join(folder, '.docker'), { recursive: true });
    const auth = Buffer.from(`${user.name}:${user.password}`).toString('base64');
    writeFileSync(join(folder, '.docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    await withProxy(async (_proxy, address) => {
      const run = (extra: Record<string, string>) =>
        libcCheck(['--verbose', '--image', `registry:${host}/team/app:1`], {
          HOME: folder,
          HTTPS_PROXY: `http://who:proxy-word@${address}`,
          ...extra,
        });
      const good = await run({ NODE_EXTRA_CA_CERTS: certificates.ca });
      expect(good.status).toBe(1);
      expect(good.output).toContain('registry');
      const bad = await run({});
      expect(bad.status).toBe(3);
      expect(bad.output).toContain('is not accepted');
      for (const { output } of [good, bad]) {
        expect(output).not.toContain('-word');
        expect(output).not.toContain(auth);
      }
    });
  });
});

/** The layout itself, platform amd64. */
async function openLocalLayout(layout: string, name: string): Promise<object> {
  const { openOciDir } = await import('../../../src/image/sources/oci-layout.ts');
  const context = contextOf(folder, { platform: parsePlatform('linux/amd64') });
  return plainIndex((await openOciDir(`${layout}:${name}`, context)).content);
}

/** The built command in a process of its own, since trust is decided when a process starts. */
async function libcCheck(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ status: number; output: string }> {
  const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
  const call = [path('dist/cli/main.js'), path('fixtures/prediction-api'), ...args];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, call, { env });
    return { status: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout + stderr };
  }
}
