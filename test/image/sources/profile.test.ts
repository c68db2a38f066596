import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Image, ImageConfig } from '../../../src/image/image.ts';
import { decodeImageContent } from '../../../src/image/index-file/index-file.ts';
import { type OpenImageOptions, openImage } from '../../../src/image/open-image.ts';
import { listProfiles, readProfileFile } from '../../../src/image/profiles/profile-catalog.ts';
import { parsePlatform } from '../../../src/image/reference/platform.ts';
import { imageError, plainIndex } from '../expectations.ts';
import { temporaryFolder, withoutEngines } from '../temporary-folder.ts';

const folder = temporaryFolder();
const open = (reference: string, options: Partial<OpenImageOptions> = {}): Promise<Image> =>
  openImage(reference, { ...withoutEngines(folder), ...options });

const files = listProfiles().flatMap((profile) =>
  profile.files.map((file) => ({ name: profile.name, file })),
);

describe('the embedded profiles', () => {
  test('have the date of their content, which the releases were published with', () => {
    const dates = files.map(({ name, file }) => [name, file.provenance.date] as const);
    for (const [name, date] of dates.filter(([name]) => name.startsWith('alpine:')))
      expect([name, date]).toEqual([name, '2024-09-06']);
    expect(new Map(dates).get('debian:11-slim')).toBe('2024-08-15');
  });

  test('are at least those that people start from', () => {
    const names = listProfiles().map(({ name }) => name);
    const distroless = ['static', 'base', 'cc'].flatMap((kind) =>
      [11, 12].map((n) => `gcr.io/distroless/${kind}-debian${n}`),
    );
    const alpine = [17, 18, 19, 20].map((minor) => `alpine:3.${minor}`);
    const debian = [11, 12, 13].map((n) => `debian:${n}-slim`);
    const busybox = ['glibc', 'musl', 'uclibc'].map((libc) => `busybox:${libc}`);
    expect(names).toEqual(expect.arrayContaining([...distroless, ...alpine, ...debian, ...busybox]));
  });

  test.each(files.map(({ name, file }) => [`${name} ${file.platform}`, file] as const))(
    '%s decodes whole, as the catalogue says',
    (_, file) => {
      const bytes = readProfileFile(file);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
      expect(bytes.length).toBe(file.size);
      const index = decodeImageContent(bytes);
      expect(index.platform).toEqual(parsePlatform(file.platform));
      expect(index.provenance).toEqual(file.provenance);
      expect(index.provenance?.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(index.config.env[0]).toMatch(/^PATH=/);
      plainIndex(index);
      const machines = index.layers.flatMap(({ entries }) =>
        entries.flatMap((entry) =>
          entry.type === 'file' && entry.content.kind === 'elf' ? [entry.content.elf.defects] : [],
        ),
      );
      expect(machines.flat()).toEqual([]);
    },
  );
});

describe('a name', () => {
  test.each([
    ['alpine:3.19', 'alpine:3.19', /^alpine:3.19 \(embedded profile of Alpine Linux 3\.19\.4\)$/],
    ['alpine:3.19.4', 'alpine:3.19', /^[^;]*$/],
    ['alpine:3.19.1', 'alpine:3.19', /alpine:3\.19\.1: the profile was made from 3\.19\.4/],
    ['docker.io/library/alpine:3.17', 'alpine:3.17', /3\.17\.10/],
    ['alpine', 'alpine:3.20', /newest Alpine that is embedded is 3\.20\.3; the tag may name a newer one/],
    ['alpine:latest', 'alpine:3.20', /newest Alpine that is embedded is 3\.20\.3/],
    [
      'debian:bookworm-slim',
      'debian:12-slim',
      /^debian:12-slim \(embedded profile of Debian 12\.\d+ \(bookworm\)\)$/,
    ],
    ['debian:12-slim', 'debian:12-slim', /^[^;]*$/],
    ['debian:12', 'debian:12-slim', /a slim image of the same packages/],
    ['debian:bookworm', 'debian:12-slim', /a slim image of the same packages/],
    ['debian:bookworm-20240904-slim', 'debian:12-slim', /was made from Debian 12\.\d+/],
    ['debian:trixie-slim', 'debian:13-slim', /trixie/],
    ['debian:11-slim', 'debian:11-slim', /bullseye/],
    ['gcr.io/distroless/cc-debian12', 'gcr.io/distroless/cc-debian12', /distroless cc, Debian 12/],
    ['gcr.io/distroless/cc', 'gcr.io/distroless/cc-debian12', /the name moves on/],
    [
      'gcr.io/distroless/static-debian11:debug',
      'gcr.io/distroless/static-debian11',
      /which the profile lacks/,
    ],
    ['busybox', 'busybox:glibc', /BusyBox 1\.38\.0/],
    ['busybox:glibc', 'busybox:glibc', /^[^;]*$/],
    ['busybox:1.36-musl', 'busybox:musl', /the profile is BusyBox 1\.38\.0/],
    ['busybox:1.36.1-uclibc', 'busybox:uclibc', /the profile is BusyBox 1\.38\.0/],
  ])('%s is the profile %s', async (name, profile, resolved) => {
    const image = await open(`profile:${name}`);
    expect(image.source).toBe('profile');
    expect(image.resolved.startsWith(`${profile} (`)).toBe(true);
    expect(image.resolved).toMatch(resolved);
  });

  test.each<[string, Partial<ImageConfig>]>([
    ['gcr.io/distroless/cc-debian12:nonroot', { user: '65532', workingDir: '/home/nonroot', cmd: [] }],
    [
      'gcr.io/distroless/cc-debian12',
      {
        user: '0',
        env: expect.arrayContaining(['SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt']) as string[],
      },
    ],
    ['alpine:3.19', { user: '', cmd: ['/bin/sh'] }],
    ['busybox:musl', { cmd: ['sh'] }],
    ['debian:12-slim', { cmd: ['bash'] }],
  ])('%s has the configuration of the real image', async (name, config) => {
    expect((await open(name)).content.config).toMatchObject(config);
  });

  test.each([
    ['alpine:3.3', 'there are alpine:3.20, alpine:3.19'],
    ['ghcr.example/alpine:3.19', 'there is no embedded profile'],
    ['debian:sid', 'there are debian:13-slim'],
    [`alpine@sha256:${'a'.repeat(64)}`, 'a profile does not match a digest'],
    [`alpine:3.19@sha256:${'a'.repeat(64)}`, 'a profile does not match a digest'],
  ])('%s is not a profile', async (name, words) => {
    const error = await imageError(() => open(`profile:${name}`));
    expect(error.code).toBe('call');
    expect(error.message).toContain(words);
  });
});

describe('the platform of a profile', () => {
  test.each(['linux/arm64', 'linux/arm/v7', 'linux/s390x'])('fits the binary: %s', async (text) => {
    const image = await open('alpine:3.19', { fitting: parsePlatform(text) });
    expect(image).toMatchObject({ platformChosen: true, content: { platform: parsePlatform(text) } });
  });

  test('is amd64 by default', async () => {
    expect((await open('alpine:3.19')).content.platform.architecture).toBe('amd64');
  });

  test('that has no profile is unknown, not a wrong architecture', async () => {
    const reason = 'the embedded profile alpine:3.17 has no linux/arm64, only linux/amd64';
    const fitting = parsePlatform('linux/arm64');
    const named = await imageError(() => open('profile:alpine:3.17', { fitting }));
    expect(named).toMatchObject({ code: 'unreadable', message: expect.stringContaining(reason) });
    const asked = await imageError(() => open('alpine:3.17', { fitting }));
    expect(asked.code).toBe('unreadable');
    expect(asked.fellThrough.at(-1)).toEqual({ source: 'profile', reason });
  });

  test('that was asked for and is not there is a wrong call', async () => {
    const error = await imageError(() =>
      open('profile:alpine:3.17', { platform: parsePlatform('linux/arm64') }),
    );
    expect(error.code).toBe('call');
  });
});
