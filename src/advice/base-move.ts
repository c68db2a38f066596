import { readDistro } from '../container/distro.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfInterp, familyOfSoname, familyOfVersion, type LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { type BaseImage, baseImages, isAtLeast, neededGlibc } from './base-images.ts';
import { type AdviceFacts, listed, remedy, startsOrLoads } from './binary-facts.ts';
import { officialVariant, officialVariantBy } from './official-image.ts';
import { installLine, packageManagerOf, packagesInWords } from './package-manager.ts';
import { packageOfLibrary } from './packages.ts';
import { harms, lacksOf, succeeds, type Trial } from './trial.ts';

/** What comes of the start on another base. */
interface Move {
  readonly base: BaseImage;
  /** To be installed there. */
  readonly packages: readonly string[];
  /** What it lacks there all the same: sonames, versions, symbols. */
  readonly lacks: readonly string[];
  /** It was examined and succeeds. */
  readonly proven: boolean;
}

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
  if (succeeds(trial) && harms(trial).length === 0) return { base, packages: [], lacks: [], proven: true };
  const { names, libraries, onlyLibraries } = lacksOf(trial);
  const distro = readDistro(trial.rootfs);
  const known = libraries.map((soname) => packageOfLibrary(soname, distro));
  const packages = known.filter((name) => name !== null);
  const isCured =
    onlyLibraries &&
    libraries.length > 0 &&
    packages.length === known.length &&
    packageManagerOf(trial.rootfs) !== null;
  return isCured
    ? { base, packages: [...new Set(packages)], lacks: [], proven: false }
    : { base, packages: [], lacks: names, proven: succeeds(trial) };
}

/** Lower is better: it starts; it starts with packages; it starts and can end later; it lacks as little as possible. */
function rank({ packages, lacks, proven }: Move): number {
  if (proven) return lacks.length === 0 ? 0 : 2;
  return packages.length > 0 ? 1 : 3 + lacks.length;
}

/** Those of the image's own release or newer first; within them the order of the table. */
function candidates(family: BaseImage['family'], facts: AdviceFacts): readonly BaseImage[] {
  const bases = baseImages(family, packageManagerOf(facts.rootfs) === null);
  const needed = family === 'glibc' ? neededGlibc(facts.elf) : null;
  return bases.filter(
    ({ tag, libc }) => tag !== facts.imageReference && (needed === null || isAtLeast(libc, needed)),
  );
}

function bestMove(family: BaseImage['family'], facts: AdviceFacts): Move | null {
  let best: Move | null = null;
  let unexamined: BaseImage | null = null;
  for (const base of candidates(family, facts)) {
    const trial = facts.attempt({ kind: 'base', image: base.tag, packages: [] });
    if (trial === null) {
      unexamined ??= base;
      continue;
    }
    const move = moveBy(base, trial);
    if (rank(move) === 0) return move;
    if (best === null || rank(move) < rank(best)) best = move;
  }
  return best ?? (unexamined && { base: unexamined, packages: [], lacks: [], proven: false });
}

function remedyOf({ base, packages, lacks, proven }: Move, facts: AdviceFacts): Remedy {
  const variant =
    officialVariant(facts.imageReference, base.suite) ?? officialVariantBy(facts.variables, base.suite);
  const image = variant ?? base.tag;
  const has = `${base.family} ${base.libc}`;
  const from = [
    `FROM ${image}`,
    ...(packages.length === 0 ? [] : [installLine(base.family === 'musl' ? 'apk' : 'apt', packages)]),
  ];
  const cure = { kind: 'base', image, packages } as const;
  const what =
    variant === null
      ? `${base.tag} (${has})`
      : `${variant}, which is built on ${base.tag.replace('-slim', '')} (${has})`;
  const verb = startsOrLoads(facts);
  if (packages.length > 0) {
    return remedy(`Or use ${what} and install ${packagesInWords(packages)} there.`, from.join('\n'), cure);
  }
  if (lacks.length > 0) {
    const words = proven ? `it ${verb} there, and later lacks` : 'there it still lacks';
    return {
      ...remedy(`Or use ${what}; ${words} ${listed(lacks)}.`, from.join('\n'), proven ? cure : null),
      proven,
    };
  }
  return proven
    ? { ...remedy(`Or use ${what}: it ${verb} there.`, from.join('\n'), cure), proven }
    : remedy(`Or use ${what}.`, from.join('\n'), cure);
}

const chosen = new WeakMap<AdviceFacts['trace'], Map<LibcFamily, readonly Remedy[]>>();

/**
 * The base image in which all that is wrong with this start is right, examined with the same start; the one that lacks least where
 * none is. Empty for a libc of which no base is embedded, and where no base is better than the present image. Every finding of a
 * start gets the same.
 */
export function moveToBase(family: LibcFamily, facts: AdviceFacts): readonly Remedy[] {
  if (family !== 'glibc' && family !== 'musl') return [];
  const known = chosen.get(facts.trace) ?? new Map<LibcFamily, readonly Remedy[]>();
  chosen.set(facts.trace, known);
  const before = known.get(family);
  if (before !== undefined) return before;
  const move = bestMove(family, facts);
  const present = lacksOf({ trace: facts.trace, rootfs: facts.rootfs }).names.length;
  const isBetter = move !== null && (rank(move) < 3 || present === 0 || move.lacks.length < present);
  const remedies = isBetter ? [remedyOf(move, facts)] : [];
  known.set(family, remedies);
  return remedies;
}
