import type { Distro } from '../container/distro.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Cure } from '../rules/finding.ts';

export type PackageManager = 'apt' | 'apk';

const programs: readonly (readonly [PackageManager, string])[] = [
  ['apt', '/usr/bin/apt-get'],
  ['apk', '/sbin/apk'],
  ['apk', '/usr/bin/apk'],
];

/** The package manager whose program the image has; null in distroless images and scratch, whatever os-release says. */
export function packageManagerOf(rootfs: Rootfs): PackageManager | null {
  return programs.find(([, path]) => rootfs.lookup(path).ok)?.[0] ?? null;
}

/** The Dockerfile line that installs packages. */
export function installLine(manager: PackageManager, names: readonly string[]): string {
  return manager === 'apk'
    ? `RUN apk add --no-cache ${names.join(' ')}`
    : `RUN apt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/** The Dockerfile line that renews packages and leaves all others as they are. */
export function upgradeLine(manager: PackageManager, names: readonly string[]): string {
  return manager === 'apk'
    ? `RUN apk upgrade --no-cache ${names.join(' ')}`
    : `RUN apt-get update && apt-get install -y --only-upgrade ${names.join(' ')}`;
}

/** `the package libpq5`, `the packages libpq5, libcurl4` */
export const packagesInWords = (names: readonly string[]): string =>
  names.length === 1 ? `the package ${names[0]}` : `the packages ${names.join(', ')}`;

/** Packages to install, as a program carries it out. */
export const installing = (manager: PackageManager, names: readonly string[]): Cure => ({
  kind: 'package',
  manager,
  names,
  upgrade: false,
});

/** An image made of Debian's packages without its package manager. */
export const isDistroless = (rootfs: Rootfs, { id }: Distro): boolean =>
  id === 'debian' && packageManagerOf(rootfs) === null;
