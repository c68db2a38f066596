import type { Distro } from '../container/distro.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import table from './package-symbols.json' with { type: 'json' };

/** By soname, the symbols that its package has since a release of Debian, by that release; separated by spaces. */
const since: Readonly<Record<string, Readonly<Record<string, string>>>> = table.symbols;

const undefinedIn = (elf: ElfFile | null): ReadonlySet<string> =>
  new Set((elf?.dynamic?.symbols ?? []).flatMap(({ name, defined }) => (defined ? [] : [name])));

/**
 * What an object asks of these libraries that the packages of the image's release do not have yet, since those of a later one
 * first have it; empty for libraries that the table lacks, and for other distributions than Debian.
 */
export function symbolsOfLater(
  sonames: readonly string[],
  { id, versionId }: Distro,
  elf: ElfFile | null,
): readonly string[] {
  if (id !== 'debian' || versionId === null) return [];
  const release = Number.parseInt(versionId, 10);
  const asked = undefinedIn(elf);
  return sonames.flatMap((soname) =>
    Object.entries(Object.hasOwn(since, soname) ? (since[soname] ?? {}) : {}).flatMap(([later, names]) =>
      Number(later) > release ? names.split(' ').filter((name) => asked.has(name)) : [],
    ),
  );
}
