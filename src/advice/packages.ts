import table from './packages.json' with { type: 'json' };

/** Package managers of the distributions whose package names are known. */
const installers = {
  debian: (name: string) => `RUN apt-get update && apt-get install -y --no-install-recommends ${name}`,
  ubuntu: (name: string) => `RUN apt-get update && apt-get install -y --no-install-recommends ${name}`,
  alpine: (name: string) => `RUN apk add --no-cache ${name}`,
} as const;

type PackagedDistro = keyof typeof installers;

const isPackaged = (id: string | null): id is PackagedDistro => id !== null && id in installers;

const packages: Readonly<Record<string, { readonly debian?: string; readonly alpine?: string }>> =
  table.packages;

/** The package of a distribution that holds a soname, and the Dockerfile line that installs it; null where not known. */
export function packageFor(
  soname: string,
  distroId: string | null,
): { name: string; command: string } | null {
  if (!isPackaged(distroId)) return null;
  const known = packages[soname];
  const name = distroId === 'alpine' ? known?.alpine : known?.debian;
  return name === undefined ? null : { name, command: installers[distroId](name) };
}
