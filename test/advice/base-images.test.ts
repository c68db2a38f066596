import { describe, expect, test } from 'vitest';
import table from '../../src/advice/base-images.json' with { type: 'json' };
import { findBaseImage, isAtLeast } from '../../src/advice/base-images.ts';
import { isDistroless } from '../../src/advice/package-manager.ts';
import { readDistro } from '../../src/container/distro.ts';
import { findLibcs } from '../../src/container/libc.ts';
import type { Rootfs } from '../../src/rootfs/rootfs.ts';
import { merged } from '../rootfs/merged.ts';
import { embedded } from '../rules/start.ts';

const folders = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu'];

const has = (rootfs: Rootfs, soname: string): boolean =>
  folders.some((folder) => rootfs.lookup(`${folder}/${soname}`).ok);

function newestOf(rootfs: Rootfs, prefix: string): string | null {
  const found = rootfs.lookup('/usr/lib/x86_64-linux-gnu/libstdc++.so.6');
  if (!found.ok || found.inode.content?.kind !== 'elf') return null;
  const versions = found.inode.content.elf.dynamic?.verdef.map(({ name }) => name) ?? [];
  return versions
    .filter((name) => new RegExp(`^${prefix}_[\\d.]+$`).test(name))
    .map((name) => name.slice(prefix.length + 1))
    .reduce<string | null>((best, one) => (best !== null && isAtLeast(best, one) ? best : one), null);
}

describe('the table of base images says what the embedded image has', () => {
  test.each(table.images)('$tag', async ({ tag, distroless, glibc, glibcxx, cxxabi, libraries }) => {
    const rootfs = merged((await embedded(tag)).content.layers);
    expect(findLibcs(rootfs).map(({ version }) => version)).toEqual([glibc]);
    expect(isDistroless(rootfs, readDistro(rootfs))).toBe(distroless);
    expect([newestOf(rootfs, 'GLIBCXX'), newestOf(rootfs, 'CXXABI')]).toEqual([glibcxx, cxxabi]);
    for (const soname of libraries) expect(has(rootfs, soname), soname).toBe(true);
  });
});

test.each([
  [['GLIBC_2.9'], 'debian:12-slim'],
  [['GLIBC_2.36', 'GLIBC_2.2.5'], 'debian:12-slim'],
  [['GLIBC_2.38'], 'debian:13-slim'],
  [['GLIBCXX_3.4.32'], 'debian:13-slim'],
  [['CXXABI_1.3.13'], 'debian:12-slim'],
  [['GLIBC_ABI_DT_RELR'], 'debian:12-slim'],
  [['GLIBC_2.42'], null],
  [['GLIBC_PRIVATE'], null],
  [['OPENSSL_3.0.0'], null],
])('%j is found in %s', (versions, tag) => {
  expect(findBaseImage({ versions, libraries: [] }, false)?.tag ?? null).toBe(tag);
});
