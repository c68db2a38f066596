import { type Distro, readDistro } from '../container/distro.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfSoname } from '../elf/libc-names.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import { packageManagerOf } from './package-manager.ts';
import { symbolsOfLater } from './package-symbols.ts';
import { packageOfLibrary } from './packages.ts';
import { harms, lacksOf, succeeds, type Trial } from './trial.ts';

/** What comes of a start in another tree. */
export interface Prospect {
  /** The start was examined there; otherwise only the names of libraries were compared, with those of the tree for another platform. */
  readonly examined: boolean;
  /** Why it is not known whether it starts there; null where it is known. */
  readonly doubt: string | null;
  /** To be installed there. */
  readonly packages: readonly string[];
  /** What it lacks there all the same: sonames, versions, symbols. */
  readonly lacks: readonly string[];
  /** It was examined and succeeds. */
  readonly proven: boolean;
}

/** Nothing is known of it. */
export const unknownProspect: Prospect = {
  examined: false,
  doubt: null,
  packages: [],
  lacks: [],
  proven: false,
};

/** The packages that bring all of these libraries, with all that the object asks of them; null where one does not. */
function bringing(
  sonames: readonly string[],
  tree: Rootfs,
  distro: Distro,
  elf: ElfFile | null,
): string[] | null {
  const known = sonames.flatMap((soname) => packageOfLibrary(soname, distro) ?? []);
  const isWhole =
    sonames.length > 0 &&
    known.length === sonames.length &&
    packageManagerOf(tree) !== null &&
    symbolsOfLater(sonames, distro, elf).length === 0;
  return isWhole ? [...new Set(known)] : null;
}

/** What was seen when the start was simulated there. */
export function prospectOf(trial: Trial, elf: ElfFile | null): Prospect {
  const examined = { ...unknownProspect, examined: true };
  if (succeeds(trial) && harms(trial).length === 0) return { ...examined, proven: true };
  const { names, libraries, onlyLibraries } = lacksOf(trial);
  const distro = readDistro(trial.rootfs);
  const packages = onlyLibraries ? bringing(libraries, trial.rootfs, distro, elf) : null;
  const doubt = trial.trace.ending.kind === 'unknown' ? trial.trace.ending.reason : null;
  if (packages !== null) return { ...examined, doubt, packages };
  const later = symbolsOfLater(libraries, distro, elf);
  return { ...examined, doubt, lacks: [...names, ...later], proven: succeeds(trial) };
}

/** The folders in which distributions keep libraries, with those of one architecture. */
function libraryFolders(tree: Rootfs): readonly string[] {
  return ['/lib', '/usr/lib'].flatMap((folder) => [
    folder,
    ...tree.list(folder, /-linux-/).map(({ name }) => `${folder}/${name}`),
  ]);
}

/** The same image for another platform has libraries of the same names: what it lacks of those that the object names. */
export function prospectByNames(tree: Rootfs, elf: ElfFile | null): Prospect {
  const folders = libraryFolders(tree);
  const missing = (elf?.dynamic?.needed ?? []).filter(
    (soname) =>
      familyOfSoname(soname) === null && !folders.some((folder) => tree.lookup(`${folder}/${soname}`).ok),
  );
  if (missing.length === 0) return unknownProspect;
  const packages = bringing(missing, tree, readDistro(tree), elf);
  return packages === null ? { ...unknownProspect, lacks: missing } : { ...unknownProspect, packages };
}
