import { wantedLibc } from '../elf/describe/wanted-libc.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { type BaseImage, baseImages, isAtLeast, neededGlibc } from './base-images.ts';
import { type Move, remedyOfMove } from './base-words.ts';
import type { AdviceFacts } from './binary-facts.ts';
import { packageManagerOf } from './package-manager.ts';
import { prospectByNames, prospectOf, unknownProspect } from './prospect.ts';
import { lacksOf } from './trial.ts';

/** The libc that the binary is built for; null when nothing in it says, and for what needs none. */
export function familyOfBuild(elf: ElfFile | null): LibcFamily | null {
  const family = elf === null ? 'none' : wantedLibc(elf).family;
  return family === 'none' || family === 'unknown' ? null : family;
}

/** A base of which no profile for the platform is embedded is known by the names of its libraries for another one. */
function moveTo(base: BaseImage, platform: string | null, facts: AdviceFacts): Move {
  const trial = facts.attempt({ kind: 'base', image: base.tag, packages: [], platform });
  if (trial !== null) return { base, ...prospectOf(trial, facts.elf) };
  const tree = facts.embedded(base.tag);
  return { base, ...(tree === null ? unknownProspect : prospectByNames(tree, facts.elf)) };
}

/** Lower is better: it starts; it starts with packages; it starts and can end later; it lacks as little as possible. */
function badness({ examined, doubt, packages, lacks, proven }: Move): number {
  if (lacks.length > 0) return proven ? 2 : 3 + lacks.length;
  if (packages.length > 0) return 1;
  return proven || !examined || doubt !== null ? 0 : 3;
}

/** What was examined comes before what was not. */
const isBetterThan = (move: Move, other: Move): boolean =>
  move.examined === other.examined ? badness(move) < badness(other) : move.examined;

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
    const move = moveTo(base, platform, facts);
    if (move.proven && move.lacks.length === 0) return move;
    if (best === null || isBetterThan(move, best)) best = move;
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
  const lacks = move?.lacks.length ?? 0;
  const isBetter = move !== null && (badness(move) < 3 || (lacks > 0 && (present === 0 || lacks < present)));
  const remedies = isBetter ? [remedyOfMove(move, platform, facts)] : [];
  known.set(key, remedies);
  return remedies;
}
