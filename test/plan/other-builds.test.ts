import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';
import { temporaryFolder } from '../image/temporary-folder.ts';

const folder = temporaryFolder();
const bin = fileURLToPath(new URL('../../fixtures/bin/', import.meta.url));
const file = (name: string): Buffer => readFileSync(bin + name);
const addon = file('addon.node');
const forArm = file('aarch64-glibc-dynamic');

function tree(name: string, files: Readonly<Record<string, Buffer>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o755 });
  }
  return root;
}

async function checked(root: string, image: string, platform?: string) {
  const asked = platform === undefined ? {} : { platform };
  const { results, skipped } = await check({
    binaries: [root],
    images: [image],
    environment: {},
    ...asked,
  });
  return {
    checked: results.map(({ binary, verdict }) => `${binary.path.slice(root.length + 1)} ${verdict}`),
    skipped: skipped.map(({ path, reason, count }) => {
      expect(path).toBe(root);
      return `${reason} ${count}`;
    }),
  };
}

const packages = tree('node_modules', {
  'a/prebuilds/linux-arm64/a.glibc.node': forArm,
  'a/prebuilds/linux-arm64/a.musl.node': forArm,
  'a/prebuilds/linux-x64/a.glibc.node': addon,
  'a/prebuilds/linux-x64/a.musl.node': addon,
  '@b/b-linux-x64/b.node': addon,
  '@b/b-linuxmusl-x64/b.node': addon,
  '@c/c-linux-x64-musl/bin/c': file('musl-static'),
});

test.each([
  ['profile:debian:12-slim', ['@b/b-linux-x64/b.node runs', 'a/prebuilds/linux-x64/a.glibc.node runs']],
  ['profile:alpine:3.19', ['@b/b-linuxmusl-x64/b.node runs', 'a/prebuilds/linux-x64/a.musl.node runs']],
])('of several builds of a file the one for %s is checked', async (image, [b, a]) => {
  expect(await checked(packages, image)).toEqual({
    checked: [b, '@c/c-linux-x64-musl/bin/c runs', a],
    skipped: ['other-libc 2', 'other-platform 2'],
  });
});

test('what one of several images takes is not skipped', async () => {
  const images = ['profile:debian:12-slim', 'profile:alpine:3.19'];
  const { skipped } = await check({ binaries: [packages], images, environment: {} });
  expect(skipped).toEqual([{ path: packages, reason: 'other-platform', count: 2 }]);
});

test('the platform of the call decides', async () => {
  const releases = tree('dist', {
    app_linux_amd64: file('glibc-static'),
    app_linux_arm64: forArm,
  });
  expect(await checked(releases, 'profile:debian:12-slim', 'linux/arm64')).toEqual({
    checked: ['app_linux_arm64 runs'],
    skipped: ['other-platform 1'],
  });
  expect(await checked(releases, 'profile:debian:12-slim', 'linux/amd64')).toEqual({
    checked: ['app_linux_amd64 runs'],
    skipped: ['other-platform 1'],
  });
});

test('a file that has no build for the image is checked in every build', async () => {
  const onlyArm = tree('only-arm', {
    '@d/d-linux-arm64/d': forArm,
    '@d/d-linux-arm64/e': file('glibc-static'),
    app: forArm,
    'app-x64': file('glibc-dynamic'),
  });
  expect(await checked(onlyArm, 'profile:debian:12-slim', 'linux/amd64')).toEqual({
    checked: ['@d/d-linux-arm64/d fails', '@d/d-linux-arm64/e runs', 'app fails', 'app-x64 runs'],
    skipped: [],
  });
});

test('an image that cannot be read is reported for each file', async () => {
  const { checked: results } = await checked(packages, './nothing.tar');
  expect(results).toHaveLength(7);
  expect(results.every((line) => line.endsWith(' unknown'))).toBe(true);
});
