import { expect, test } from 'vitest';
import type { Image } from '../../src/image/image.ts';
import { containerOf } from '../../src/plan/container-of-call.ts';
import { merged } from '../rootfs/merged.ts';

test('texts of the call and of the configuration become bytes, as the paths of the image are', () => {
  const config = { env: ['A=/\u00e9'], user: '', workingDir: '/\u00e9', entrypoint: [], cmd: [] };
  const platform = { os: 'linux', architecture: 'amd64', variant: null };
  const image: Image = {
    reference: 'x',
    source: 'scratch',
    resolved: 'x',
    digest: null,
    content: { platform, config, layers: [], provenance: null },
    fellThrough: [],
    platformChosen: false,
  };
  const input = { binaries: [], images: [], environment: {}, env: ['B=/\u00e9'] };
  const { start } = containerOf(input, image, merged([]));
  expect([start.cwd, start.env.get('A'), start.env.get('B')]).toEqual(Array(3).fill('/\u00c3\u00a9'));
});
