import { readDistro } from '../container/distro.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfInterp, familyOfSoname, familyOfVersion, type LibcFamily } from '../elf/libc-names.ts';
import type { Rootfs } from '../rootfs/rootfs.ts';
import type { Remedy } from '../rules/finding.ts';
import { type BaseImage, baseImages, isAtLeast, neededGlibc } from './base-images.ts';
import { type Move, remedyOfMove } from './base-words.ts';
import type { AdviceFacts } from './binary-facts.ts';
import { packageManagerOf } from './package-manager.ts';
import { packageOfLibrary } from './packages.ts';
import { harms, lacksOf, succeeds, type Trial } from './trial.ts';

/** The libc that the binary is built for, by its loader, its libraries or its versions; null when nothing in it says. */
export function familyOfBuild(elf: ElfFile | null): LibcFamily | null {
  const interp = elf?.interp == null ? null : familyOfInterp(elf.interp.path);
  if (interp !== null) return interp;
  for (const soname of elf?.dynamic?.needed ?? []) {
    const family = familyOfSoname(soname);
    if (family !== null) return family;
  }
  const versions = elf?.dynamic?.verneed.flatMap((need) => need.versions) ?? [];
  return versions.some(({ name }) => familyOfVersion(name) === 'glibc') ? 'glibc' : null;
}

function moveBy(base: BaseImage, trial: Trial): Move {
  if (succeeds(trial) && harms(trial).length === 0)
    return { base, examined: true, doubt: null, packages: [], lacks: [], proven: true };
  const { names, libraries, onlyLibraries } = lacksOf(trial);
  const distro = readDistro(trial.rootfs);
  const known = libraries.map((soname) => packageOfLibrary(soname, distro));
  const packages = known.filter((name) => name !== null);
  const isCured =
    onlyLibraries &&
    libraries.length > 0 &&
    packages.length === known.length &&
    packageManagerOf(trial.rootfs) !== null;
  const doubt = trial.trace.ending.kind === 'unknown' ? trial.trace.ending.reason : null;
  const tried = { base, examined: true, doubt };
  return isCured
    ? { ...tried, packages: [...new Set(packages)], lacks: [], proven: false }
    : { ...tried, packages: [], lacks: names, proven: succeeds(trial) };
}

/** The folders in which distributions keep libraries, with those of one architecture. */
function libraryFolders(tree: Rootfs): readonly string[] {
  return ['/lib', '/usr/lib'].flatMap((folder) => [
    folder,
    ...tree.list(folder, /-linux-/).map(({ name }) => `${folder}/${name}`),
  ]);
}

/** A base of which no profile for the platform is embedded: only by the names of the libraries that it has for another one. */
function moveByNames(base: BaseImage, facts: AdviceFacts): Move {
  const unknown = { base, examined: false, doubt: null, packages: [], lacks: [], proven: false };
  const tree = facts.embedded(base.tag);
  if (tree === null) return unknown;
  const folders = libraryFolders(tree);
  const missing = (facts.elf?.dynamic?.needed ?? []).filter(
    (soname) =>
      familyOfSoname(soname) === null && !folders.some((folder) => tree.lookup(`${folder}/${soname}`).ok),
  );
  const distro = readDistro(tree);
  const packages = missing.flatMap((soname) => packageOfLibrary(soname, distro) ?? []);
  return packages.length < missing.length || (packages.length > 0 && packageManagerOf(tree) === null)
    ? { ...unknown, lacks: missing }
    : { ...unknown, packages: [...new Set(packages)] };
}

/** Lower is better: it starts; it starts with packages; it starts and can end later; it lacks as little as possible. */
function rank({ examined, doubt, packages, lacks, proven }: Move): number {
  if (!examined || doubt !== null)
    return lacks.length === 0 ? (packages.length === 0 ? 0 : 1) : 3 + lacks.length;
  if (proven) return lacks.length === 0 ? 0 : 2;
  return packages.length > 0 ? 1 : 3 + lacks.length;
}

/** Those whose glibc is new enough, without the present image, in the order of the table. */
function candidates(
  family: BaseImage['family'],
  platform: string | null,
  facts: AdviceFacts,
): readonly BaseImage[] {
  const bases = baseImages(family, platform ?? facts.platform, packageManagerOf(facts.rootfs) === null);
  const needed = family === 'glibc' ? neededGlibc(facts.elf) : null;
  return bases.filter(
    ({ tag, libc }) =>
      (platform !== null || tag !== facts.imageReference) && (needed === null || isAtLeast(libc, needed)),
  );
}

function bestMove(family: BaseImage['family'], platform: string | null, facts: AdviceFacts): Move | null {
  let best: Move | null = null;
  for (const base of candidates(family, platform, facts)) {
    const trial = facts.attempt({ kind: 'base', image: base.tag, packages: [], platform });
    const move = trial === null ? moveByNames(base, facts) : moveBy(base, trial);
    if (rank(move) === 0) return move;
    if (best === null || rank(move) < rank(best)) best = move;
  }
  return best;
}

const chosen = new WeakMap<AdviceFacts['trace'], Map<string, readonly Remedy[]>>();

/**
 * The base image in which all that is wrong with this start is right, examined with the same start; the one that lacks least where
 * none is. Empty for a libc of which no base is embedded, and where no base is better than the present image. Every finding of a
 * start gets the same. `platform`: the base for another platform than that of the image.
 */
export function moveToBase(
  family: LibcFamily,
  facts: AdviceFacts,
  platform: string | null = null,
): readonly Remedy[] {
  if (family !== 'glibc' && family !== 'musl') return [];
  const known = chosen.get(facts.trace) ?? new Map<string, readonly Remedy[]>();
  chosen.set(facts.trace, known);
  const key = `${family} ${platform ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const move = bestMove(family, platform, facts);
  const present = lacksOf({ trace: facts.trace, rootfs: facts.rootfs }).names.length;
  const isBetter = move !== null && (rank(move) < 3 || present === 0 || move.lacks.length < present);
  const remedies = isBetter ? [remedyOfMove(move, platform, facts)] : [];
  known.set(key, remedies);
  return remedies;
}
