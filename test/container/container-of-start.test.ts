import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readBinary } from '../../src/binary/binary-file.ts';
import { containerOf } from '../../src/container/container-of-start.ts';
import { emptyImage, startOf } from '../plan/starts.ts';
import { merged } from '../rootfs/merged.ts';

const program = readBinary(fileURLToPath(new URL('../../fixtures/prediction-api', import.meta.url)));

test('texts of the configuration become bytes, as the paths of the image and the lines of the start are', () => {
  const image = emptyImage({ env: ['A=/\u00e9', 'B=/x'], workingDir: '/\u00e9' });
  const { start } = containerOf(startOf(program, image, { env: ['B=/\u00c3\u00a9'] }), merged([]));
  expect([start.cwd, start.env.get('A'), start.env.get('B')]).toEqual(Array(3).fill('/\u00c3\u00a9'));
});

test("the start's user replaces the image's", () => {
  const image = emptyImage({ user: '7' });
  expect(containerOf(startOf(program, image), merged([])).start.uid).toBe(7);
  expect(containerOf(startOf(program, image, { user: '8:9' }), merged([])).start).toMatchObject({
    uid: 8,
    gid: 9,
  });
});
