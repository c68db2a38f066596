import { describe, expect, test } from 'vitest';
import { familyOf, libcInName, namesSystem } from '../../src/binary/build-family.ts';

describe('builds of one file for several systems', () => {
  test.each([
    [
      '@img/sharp-linux-x64/lib/sharp-linux-x64.node',
      '@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node',
      '@img/sharp-darwin-arm64/lib/sharp-darwin-arm64v8.node',
    ],
    ['prebuilds/linux-x64/a.glibc.node', 'prebuilds/linux-arm/a.musl.node', 'prebuilds/win32-ia32/a.node'],
    [
      '@rollup/rollup-linux-arm-gnueabihf/rollup.linux-arm-gnueabihf.node',
      '@rollup/rollup-linux-x64-musl/rollup.linux-x64-musl.node',
    ],
    ['native/Linux/x86_64/libx.so', 'native/Linux-Musl/aarch64/libx.so', 'native/FreeBSD/x86-64/libx.so'],
    ['META-INF/native/libnetty_epoll_x86_64.so', 'META-INF/native/libnetty_epoll_aarch_64.so'],
    ['x86_64-unknown-linux-musl/release/app', 'armv7-unknown-linux-gnueabihf/release/app'],
    ['dist/app_linux_amd64', 'dist/app_linux_armv7', 'dist/app_linux_riscv64', 'dist/app_darwin_universal'],
    ['lib/x86_64-linux-gnu/libx.so.1', 'lib/i386-linux-gnu/libx.so.1', 'lib/powerpc64le-linux-gnu/libx.so.1'],
  ])('%s and others', (first, ...others) => {
    for (const other of others) expect(familyOf(other)).toBe(familyOf(first));
    expect(namesSystem(first)).toBe(true);
  });

  test.each([
    ['prebuilds/linux-x64/a.node', 'prebuilds/linux-x64/b.node'],
    ['armor/x.so', 'x.so'],
    ['window/x.so', 'x.so'],
    ['lib/libx.so.1', 'lib/libx.so.2'],
    ['build/Release/a.node', 'prebuilds/linux-x64/a.node'],
  ])('%s and %s are not', (one, other) => {
    expect(familyOf(one)).not.toBe(familyOf(other));
  });

  test.each([
    ['sharp-linuxmusl-x64.node', 'musl'],
    ['x86_64-unknown-linux-gnu/app', 'glibc'],
    ['linux-x64/a.glibc.node', 'glibc'],
    ['arm-unknown-linux-musleabihf/app', 'musl'],
    ['linux-x64/gnutls.node', null],
    ['linux-x64/a.node', null],
  ])('%s is for %s', (path, libc) => {
    expect(libcInName(path)).toBe(libc);
  });
});
