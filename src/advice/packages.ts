import type { Distro } from '../container/distro.ts';
import { isAtLeast } from './base-images.ts';
import table from './packages.json' with { type: 'json' };

/** A package of Alpine, and the releases between which it holds the file. */
interface AlpinePackage {
  readonly name: string;
  /** First release, `3.17`; the table's first one where it is left out. */
  readonly since?: string;
  /** Last release; none where it is left out. */
  readonly until?: string;
}

/** Names of one library or command: by VERSION_ID of Debian, or one that holds for all releases of the table. */
interface PackageRow {
  readonly debian?: string | Readonly<Record<string, string>>;
  readonly alpine?: string | AlpinePackage | readonly AlpinePackage[];
}

type PackageRows = Readonly<Record<string, PackageRow>>;

const libraries = table.libraries as PackageRows;
const commands = table.commands as PackageRows;

/** Releases of Debian in the table, oldest first; the last stands for testing and unstable, whose os-release names no number. */
export const debianReleases = ['11', '12', '13', '14'] as const;
type DebianRelease = (typeof debianReleases)[number];

const rowOf = (rows: PackageRows, name: string): PackageRow | undefined =>
  Object.hasOwn(rows, name) ? rows[name] : undefined;

/** The release of the table for a Debian's VERSION_ID; testing and later ones count as the newest. */
function debianRelease({ versionId }: Distro): DebianRelease | null {
  if (versionId === null) return '14';
  const number = Number.parseInt(versionId, 10);
  return debianReleases.find((release) => Number(release) === number) ?? (number > 14 ? '14' : null);
}

function debianName({ debian }: PackageRow, release: DebianRelease | null): string | null {
  if (release === null || debian === undefined) return null;
  return typeof debian === 'string' ? debian : (debian[release] ?? null);
}

/** Ubuntu names packages as Debian does, with the t64 endings since 24.04; only what all releases of Debian have is taken over. */
function ubuntuName(row: PackageRow, { versionId }: Distro): string | null {
  const since2404 = Number.parseFloat(versionId ?? '24.04') >= 24.04;
  const everywhere = (['11', '12', '13'] as const).every((release) => debianName(row, release) !== null);
  return everywhere ? debianName(row, since2404 ? '13' : '12') : null;
}

/** The first release of Alpine for which the table was made. */
const firstAlpine = '3.17';

/** Alpine's releases, `3.19.4` and edge's `3.21_alpha20240923`, are dotted numbers. */
function alpineName({ alpine }: PackageRow, { versionId }: Distro): string | null {
  const release = /^\d+\.\d+/.exec(versionId ?? '')?.[0] ?? null;
  const packages =
    typeof alpine === 'string' ? [{ name: alpine }] : alpine === undefined ? [] : [alpine].flat();
  const holder = packages.find(
    ({ since = firstAlpine, until }: AlpinePackage) =>
      release === null || (isAtLeast(release, since) && (until === undefined || isAtLeast(until, release))),
  );
  return holder?.name ?? null;
}

function nameIn(rows: PackageRows, name: string, distro: Distro): string | null {
  const row = rowOf(rows, name);
  if (row === undefined) return null;
  switch (distro.id) {
    case 'alpine':
      return alpineName(row, distro);
    case 'debian':
      return debianName(row, debianRelease(distro));
    case 'ubuntu':
      return ubuntuName(row, distro);
    default:
      return null;
  }
}

/** The package of the image's distribution and release that holds a soname; null where not known. */
export function packageOfLibrary(soname: string, distro: Distro): string | null {
  return nameIn(libraries, soname, distro);
}

/** The package that holds a command; null where not known. */
export function packageOfCommand(command: string, distro: Distro): string | null {
  return nameIn(commands, command, distro);
}

/** The newest release of Debian that has the soname, for images of another release of Debian; null where none has. */
export function debianReleaseWith(soname: string): { release: string; package: string } | null {
  const row = rowOf(libraries, soname);
  if (row === undefined) return null;
  for (const release of debianReleases.toReversed()) {
    const name = debianName(row, release);
    if (name !== null) return { release, package: name };
  }
  return null;
}
