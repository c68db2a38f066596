import { describe, expect, test } from 'vitest';
import { readDistro } from '../../src/container/distro.ts';
import { findLibcs } from '../../src/container/libc.ts';
import { caseImage } from '../loader/run-case.ts';
import { kept, layer, link } from '../rootfs/entries.ts';
import { merged } from '../rootfs/merged.ts';

const libcsOf = (image: string) =>
  findLibcs(caseImage(image).rootfs).map(({ family, version, loaderPath }) => [family, version, loaderPath]);

describe('the loaders of an image, told by their own content (G0, M0, I8, I10)', () => {
  test.each([
    ['glibc-2.31', 'glibc', '2.31', '/lib64/ld-linux-x86-64.so.2'],
    ['glibc-2.36', 'glibc', '2.36', '/lib64/ld-linux-x86-64.so.2'],
    ['glibc-2.41', 'glibc', '2.41', '/lib64/ld-linux-x86-64.so.2'],
    ['glibc-2.43', 'glibc', '2.43', '/lib64/ld-linux-x86-64.so.2'],
    ['glibc-2.36-lib64', 'glibc', '2.36', '/lib64/ld-linux-x86-64.so.2'],
    ['glibc-2.36-arm64', 'glibc', '2.36', '/lib/ld-linux-aarch64.so.1'],
    ['glibc-2.36-armhf', 'glibc', '2.36', '/lib/ld-linux-armhf.so.3'],
    ['glibc-2.36-i386', 'glibc', '2.36', '/lib/ld-linux.so.2'],
    ['glibc-2.36-s390x', 'glibc', '2.36', '/lib/ld64.so.1'],
    ['alpine-3.6', 'musl', '1.1.16', '/lib/ld-musl-x86_64.so.1'],
    ['alpine-3.14', 'musl', '1.2.2', '/lib/ld-musl-x86_64.so.1'],
    ['alpine-3.20', 'musl', '1.2.5', '/lib/ld-musl-x86_64.so.1'],
    ['alpine-3.19-arm64', 'musl', '1.2.4_git20230717', '/lib/ld-musl-aarch64.so.1'],
    ['busybox-glibc', 'glibc', '2.41', '/lib/ld-linux-x86-64.so.2'],
  ])('%s', (image, ...expected) => {
    expect(libcsOf(image).map(([family, version, path]) => [family, version ?? '', path])).toContainEqual(
      expected,
    );
  });

  test('uclibc-ng', () => {
    expect(libcsOf('uclibc').map(([family]) => family)).toEqual(['uclibc']);
  });

  test.each(['busybox-musl', 'busybox-uclibc', 'scratch'])('%s has none', (image) => {
    expect(libcsOf(image)).toEqual([]);
  });

  test('a link to a loader is no second one (M50)', () => {
    const { rootfs } = caseImage('alpine-3.20');
    const compat = rootfs.withLayer(layer(link('lib64/ld-linux-x86-64.so.2', '/lib/libc.musl-x86_64.so.1')));
    expect(findLibcs(compat).map(({ family }) => family)).toEqual(['musl']);
  });
});

describe('os-release (I8)', () => {
  test.each([
    ['ID=alpine\nVERSION_ID=3.20.3\n', 'alpine', '3.20.3'],
    ['ID="debian"\nVERSION_ID="12"\n', 'debian', '12'],
    ["ID='arch'\n", 'arch', null],
    ['NAME=x\nVERSION_ID=1\n', null, '1'],
    ['', null, null],
  ])('%j', (text, id, versionId) => {
    expect(readDistro(merged([layer(kept('etc/os-release', text))]))).toMatchObject({ id, versionId });
  });

  test('/usr/lib/os-release where /etc has none', () => {
    expect(readDistro(merged([layer(kept('usr/lib/os-release', 'ID=fedora\n'))])).id).toBe('fedora');
  });
});
