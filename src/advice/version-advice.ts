import type { ProblemOf } from '../loader/trace/problem.ts';
import type { Remedy } from '../rules/finding.ts';
import { isAtLeast, neededGlibc } from './base-images.ts';
import { moveToBase } from './base-move.ts';
import {
  type AdviceFacts,
  type Advised,
  type Adviser,
  libraryAtFault,
  nameOf,
  problemsIn,
  remedy,
} from './binary-facts.ts';
import { is32BitOn64 } from './i386-advice.ts';
import { otherCopy } from './other-copy.ts';
import { buildAgainstOlderLibc, buildStatically, rebuilt } from './rebuild.ts';

/** All versions that the image lacks, whatever library defines them. */
const missingVersions = (facts: AdviceFacts): string[] => [
  ...new Set(problemsIn(facts, 'version-missing').flatMap(({ version, weak }) => (weak ? [] : [version]))),
];

/** A base image in which nothing is missing; in words where no embedded one is new enough. */
function newerImage(facts: AdviceFacts): readonly Remedy[] {
  const move = moveToBase('glibc', facts, is32BitOn64(facts) ? 'linux/386' : null);
  if (move.length > 0) return move;
  const needed = neededGlibc(facts.elf);
  const present = facts.trace.loader?.version ?? null;
  return needed !== null && (present === null || !isAtLeast(present, needed))
    ? [remedy(`Or use an image with glibc ${needed} or newer.`)]
    : [remedy('Or use a newer release of the image.')];
}

/** The versions that one library of the image asks for are not the program's doing. */
function replaceLibrary(neededBy: string): Remedy {
  return remedy(
    `${neededBy} asks for it, not the program: take ${nameOf(neededBy)} from the image's own distribution, or build it there.`,
  );
}

/** Drop the one feature that asks for the marker (G46). */
const withoutRelr = (facts: AdviceFacts): Remedy =>
  remedy(
    'Link without packed relative relocations.',
    '-Wl,-z,nopack-relative-relocs',
    rebuilt(facts, 'options'),
  );

function adviseOnGlibc(neededBy: string | null, facts: AdviceFacts): readonly Remedy[] {
  const versions = missingVersions(facts);
  if (versions.every((version) => version === 'GLIBC_ABI_DT_RELR')) {
    return [withoutRelr(facts), ...newerImage(facts)];
  }
  if (neededBy !== null) return [replaceLibrary(neededBy), ...newerImage(facts)];
  const rebuild = buildAgainstOlderLibc(facts, facts.trace.loader?.version ?? null);
  const statically = startsStatically(facts) ? [buildStatically(facts)] : [];
  return [rebuild, ...newerImage(facts), ...statically.filter(({ action }) => action !== rebuild.action)];
}

/** A library cannot be linked statically into nothing. */
const startsStatically = ({ elf }: AdviceFacts): boolean => elf?.interp != null;

function adviseOnLibstdcxx(neededBy: string | null, facts: AdviceFacts): readonly Remedy[] {
  if (neededBy !== null) return [replaceLibrary(neededBy), ...newerImage(facts)];
  return [
    remedy(
      `Build with the compiler of the image's release: its libstdc++ is older than the one that it was built with.`,
      null,
      rebuilt(facts, 'glibc', facts.trace.loader?.version ?? null),
    ),
    ...newerImage(facts),
    remedy(
      'Or link the C++ library statically.',
      '-static-libstdc++ -static-libgcc',
      rebuilt(facts, 'options'),
    ),
  ];
}

function adviseOnOther(library: string, neededBy: string | null, facts: AdviceFacts): readonly Remedy[] {
  return [
    neededBy === null
      ? remedy(
          `Build against the ${library} of the image, or install the build of ${library} that it was linked with.`,
          null,
          rebuilt(facts, 'glibc', facts.trace.loader?.version ?? null),
        )
      : replaceLibrary(neededBy),
    ...moveToBase('glibc', facts),
  ];
}

/** The problem that the finding is about. */
function problemOf(
  { where, subject }: Advised,
  facts: AdviceFacts,
): ProblemOf<'version-missing'> | undefined {
  return problemsIn(facts, 'version-missing').find(
    ({ file, version, weak }) => !weak && file === where[0] && subject.split(', ').includes(version),
  );
}

/** Remedies for versions that a library of the image does not define: those of glibc, of libstdc++, and of others. */
export const adviseOnVersion: Adviser = (finding, facts) => {
  const problem = problemOf(finding, facts);
  const neededBy = libraryAtFault(problem?.neededBy, facts);
  const copy = problem === undefined ? [] : otherCopy(problem, facts);
  if (copy.some(({ proven }) => proven)) return copy;
  if (finding.subject.startsWith('GLIBC_')) return [...copy, ...adviseOnGlibc(neededBy, facts)];
  if (/^(GLIBCXX|CXXABI)_/.test(finding.subject)) return [...copy, ...adviseOnLibstdcxx(neededBy, facts)];
  const library = nameOf(finding.where[0] ?? 'the library');
  return [...copy, ...adviseOnOther(library, neededBy, facts)];
};
