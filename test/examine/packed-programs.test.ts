// Programs that UPX packed, as they really ended in Debian 11 to 13, Alpine 3.6 and 3.20 (S20).
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../../src/check.ts';

const packed = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/cases/files/${name}`, import.meta.url));

async function resultOf(name: string, image: string) {
  const { results } = await check({ binaries: [packed(name)], images: [image], at: '/p', environment: {} });
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}

test.each([
  ['upx-methods/p.nrv2e', 'profile:debian:12-slim', 'runs', null],
  ['upx-methods/p.lzma', 'profile:debian:11-slim', 'runs', null],
  ['upx-methods/p.nrv2b', 'profile:alpine:3.19', 'fails', { message: '', exitStatus: 127 }],
  [
    'upx-methods/p.nrv2d',
    'profile:gcr.io/distroless/static-debian12',
    'fails',
    { message: '', exitStatus: 127 },
  ],
  ['upx-static/p', 'scratch', 'runs', null],
  ['upx-static/p', 'profile:alpine:3.19', 'runs', null],
  ['upx-dynamic/p', 'profile:debian:12-slim', 'unknown', null],
] as const)('%s in %s %s (S20)', async (name, image, verdict, seen) => {
  const result = await resultOf(name, image);
  expect(result.verdict).toBe(verdict);
  if (seen === null) expect(result.seen).toBeNull();
  else expect(result.seen).toMatchObject(seen);
});

test('the loader that the stub does not find is the finding (S20)', async () => {
  const { findings } = await resultOf('upx-methods/p.nrv2e', 'profile:alpine:3.19');
  expect(findings[0]).toMatchObject({ rule: 'interpreter-missing', seen: null, exitStatus: 127 });
});

test('what stays hidden is the reason (S20)', async () => {
  const { reason, findings } = await resultOf('upx-dynamic/p', 'profile:debian:12-slim');
  expect(reason).toBe(
    'it is packed by UPX, and which loader and libraries it needs is packed together with its code',
  );
  expect(findings.map(({ rule }) => rule)).toContain('packed-binary');
});

test('a program of an image that looks packed is unknown: its bytes are not kept (S20)', async () => {
  const { results } = await check({
    binaries: ['/t/p.lzma'],
    images: ['profile:alpine:3.19'],
    add: [{ source: packed('upx-methods'), destination: '/t/' }],
    environment: {},
  });
  expect(results[0]).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/^it looks packed by UPX/),
  });
});
