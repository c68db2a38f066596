import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import table from '../../src/advice/packages.json' with { type: 'json' };
import {
  debianReleases,
  debianReleaseWith,
  packageOfCommand,
  packageOfLibrary,
} from '../../src/advice/packages.ts';
import type { Distro } from '../../src/container/distro.ts';

const distro = (id: string, versionId: string | null): Distro => ({ id, versionId, prettyName: null });
const packageName = /^[a-z0-9][a-z0-9+._-]+$/;
type AlpinePackage = { name: string; since?: string; until?: string };
type AlpineNames = string | AlpinePackage | AlpinePackage[];
const rows = Object.entries({ ...table.libraries, ...table.commands }) as [
  string,
  { debian?: string | Record<string, string>; alpine?: AlpineNames },
][];

test('the table of packages says when and how it was made', () => {
  expect(Object.keys(table.provenance)).toEqual(['date', 'debian', 'alpine']);
  expect(table.provenance.date).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('the table of packages is large enough to be of use and small enough to ship', () => {
  expect(Object.keys(table.libraries).length).toBeGreaterThanOrEqual(250);
  expect(Object.keys(table.commands).length).toBeGreaterThanOrEqual(40);
  const bytes = readFileSync(new URL('../../src/advice/packages.json', import.meta.url));
  expect(bytes.length).toBeLessThan(120_000);
});

test('every row names a package of Debian or Alpine, by release where releases differ', () => {
  for (const [name, { debian, alpine, ...rest }] of rows) {
    expect(rest, name).toEqual({});
    const byRelease = typeof debian === 'object' ? debian : {};
    expect(debian !== undefined || alpine !== undefined, name).toBe(true);
    if (typeof debian === 'string') expect(debian, name).toMatch(packageName);
    const named =
      typeof alpine === 'string' ? [{ name: alpine }] : alpine === undefined ? [] : [alpine].flat();
    for (const each of named) expect(each.name, name).toMatch(packageName);
    for (const [release, value] of Object.entries(byRelease)) {
      expect(debianReleases, name).toContain(release);
      expect(value, name).toMatch(packageName);
    }
    if (Object.keys(byRelease).length === debianReleases.length) {
      expect(new Set(Object.values(byRelease)).size, `${name} has one name in all releases`).toBeGreaterThan(
        1,
      );
    }
  }
});

test('sonames are sonames', () => {
  for (const soname of Object.keys(table.libraries)) expect(soname).toMatch(/^lib[\w+.-]+\.so(\.[\w.]+)?$/);
});

test.each([
  ['libssl.so.3', 'debian', '12', 'libssl3'],
  ['libssl.so.3', 'debian', '13', 'libssl3t64'],
  ['libssl.so.3', 'debian', '11', null],
  ['libssl.so.3', 'debian', null, 'libssl3t64'],
  ['libssl.so.3', 'debian', '14', 'libssl3t64'],
  ['libxml2.so.2', 'debian', '13', 'libxml2'],
  ['libxml2.so.2', 'debian', null, null],
  ['libxml2.so.16', 'debian', null, 'libxml2-16'],
  ['libicuuc.so.76', 'debian', '13', 'libicu76'],
  ['libicuuc.so.78', 'debian', null, 'libicu78'],
  ['libpython3.11.so.1.0', 'debian', '12', 'libpython3.11'],
  ['libpython3.13.so.1.0', 'debian', '13', 'libpython3.13'],
  ['libpython3.9.so.1.0', 'debian', '12', null],
  ['libpython3.12.so.1.0', 'alpine', '3.20.3', 'python3'],
  ['libpython3.12.so.1.0', 'alpine', '3.19.4', null],
  ['libaio.so.1', 'debian', '12', 'libaio1'],
  ['libaio.so.1', 'debian', '13', null],
  ['libaio.so.1t64', 'debian', '13', 'libaio1t64'],
  ['libgdiplus.so', 'debian', '12', 'libgdiplus'],
  ['liblapack.so.3', 'debian', '12', 'liblapack3'],
  ['libssl.so.3', 'debian', '9', null],
  ['libssl.so.1.1', 'debian', '11', 'libssl1.1'],
  ['libssl.so.1.1', 'debian', '12', null],
  ['libssl.so.3', 'alpine', '3.19.4', 'libssl3'],
  ['libssl.so.3', 'alpine', '3.12.12', null],
  ['libssl.so.1.1', 'alpine', '3.12.12', 'libssl1.1'],
  ['libssl.so.1.1', 'alpine', '3.18.9', 'openssl1.1-compat'],
  ['libssl.so.1.1', 'alpine', '3.20.3', null],
  ['libstdc++.so.6', 'alpine', '3.6.5', 'libstdc++'],
  ['libicuuc.so.74', 'alpine', '3.20.3', 'icu-libs'],
  ['libicuuc.so.74', 'alpine', '3.21_alpha20240923', 'icu-libs'],
  ['libicuuc.so.74', 'alpine', '3.22.1', null],
  ['libpq.so.5', 'ubuntu', '22.04', 'libpq5'],
  ['libcurl.so.4', 'ubuntu', '22.04', 'libcurl4'],
  ['libcurl.so.4', 'ubuntu', '24.04', 'libcurl4t64'],
  ['libicuuc.so.72', 'ubuntu', '22.04', null],
  ['libpq.so.5', 'fedora', '40', null],
  ['libnone.so.1', 'debian', '12', null],
  ['constructor', 'debian', '12', null],
])('%s on %s %s is in %s', (soname, id, versionId, expected) => {
  expect(packageOfLibrary(soname, distro(id, versionId))).toBe(expected);
});

test('commands are looked up apart from libraries', () => {
  expect(packageOfCommand('bash', distro('alpine', '3.19.4'))).toBe('bash');
  expect(packageOfLibrary('bash', distro('alpine', '3.19.4'))).toBeNull();
});

test('the newest release that has a dropped soname is found', () => {
  expect(debianReleaseWith('libssl.so.1.1')).toEqual({ release: '11', package: 'libssl1.1' });
  expect(debianReleaseWith('libnone.so.1')).toBeNull();
});
