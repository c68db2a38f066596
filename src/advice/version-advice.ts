import type { Remedy } from '../rules/finding.ts';
import { findBaseImage } from './base-images.ts';
import {
  type AdviceFacts,
  type Adviser,
  libraryAtFault,
  nameOf,
  problemsIn,
  remedy,
} from './binary-facts.ts';
import { isDistroless } from './package-manager.ts';
import { buildAgainstOlderLibc, buildStatically } from './rebuild.ts';

/** All versions that the image lacks, whatever library defines them. */
const missingVersions = (facts: AdviceFacts): string[] => [
  ...new Set(problemsIn(facts, 'version-missing').flatMap(({ version, weak }) => (weak ? [] : [version]))),
];

/** A base image that defines all that is missing, where one is known. */
function newerImage(facts: AdviceFacts): Remedy {
  const needs = { versions: missingVersions(facts), libraries: [] };
  const base = findBaseImage(needs, isDistroless(facts.rootfs, facts.distro)) ?? findBaseImage(needs, false);
  return base === null
    ? remedy('Or use a newer release of the image.')
    : remedy(`Or use a newer base image: ${base.tag} defines all that is missing.`, `FROM ${base.tag}`);
}

/** The versions that one library of the image asks for are not the program's doing. */
function replaceLibrary(neededBy: string): Remedy {
  return remedy(
    `${neededBy} asks for it, not the program: take ${nameOf(neededBy)} from the image's own distribution, or build it there.`,
  );
}

/** Drop the one feature that asks for the marker (G46). */
const withoutRelr = (): Remedy =>
  remedy('Link without packed relative relocations.', '-Wl,-z,nopack-relative-relocs');

function adviseOnGlibc(neededBy: string | null, facts: AdviceFacts): readonly Remedy[] {
  const versions = missingVersions(facts);
  if (versions.every((version) => version === 'GLIBC_ABI_DT_RELR')) return [withoutRelr(), newerImage(facts)];
  if (neededBy !== null) return [replaceLibrary(neededBy), newerImage(facts)];
  const rebuild = buildAgainstOlderLibc(facts, facts.trace.loader?.version ?? null);
  const statically = buildStatically(facts);
  const isSame = statically.action === rebuild.action;
  return [rebuild, newerImage(facts), ...(isSame ? [] : [statically])];
}

function adviseOnLibstdcxx(neededBy: string | null, facts: AdviceFacts): readonly Remedy[] {
  const rebuild =
    neededBy === null
      ? remedy(
          `Build with the compiler of the image's release: its libstdc++ is older than the one that it was built with.`,
        )
      : replaceLibrary(neededBy);
  return [
    rebuild,
    newerImage(facts),
    ...(neededBy === null
      ? [remedy('Or link the C++ library statically.', '-static-libstdc++ -static-libgcc')]
      : []),
  ];
}

/** Remedies for versions that a library of the image does not define: those of glibc, of libstdc++, and of others. */
export const adviseOnVersion: Adviser = (finding, facts) => {
  const [problem] = problemsIn(facts, 'version-missing').filter(
    ({ file, version, weak }) =>
      !weak && file === finding.where[0] && finding.subject.split(', ').includes(version),
  );
  const neededBy = libraryAtFault(problem?.neededBy, facts);
  if (finding.subject.startsWith('GLIBC_')) return adviseOnGlibc(neededBy, facts);
  if (/^(GLIBCXX|CXXABI)_/.test(finding.subject)) return adviseOnLibstdcxx(neededBy, facts);
  const library = nameOf(finding.where[0] ?? 'the library');
  return [
    neededBy === null
      ? remedy(`Build in the image that it runs in, against its ${library}.`)
      : replaceLibrary(neededBy),
    remedy(
      `Or use an image whose ${library} is newer; a link of that name to another library adds no versions.`,
    ),
  ];
};
