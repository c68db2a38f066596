import { foreignBuild } from '../rules/foreign-libc.ts';
import { type AdviceFacts, type Adviser, libraryAtFault, nameOf, remedy } from './binary-facts.ts';
import { otherLibc } from './interpreter-advice.ts';
import { installing, installLine, packageManagerOf, packagesInWords } from './package-manager.ts';
import { packageOfLibrary } from './packages.ts';

/** The distribution's own builds in place of the foreign ones; empty when their packages are not all known. */
function replaceByPackages(paths: readonly string[], facts: AdviceFacts): ReturnType<Adviser> {
  const manager = packageManagerOf(facts.rootfs);
  const sonames = paths.map((path) => facts.trace.objects.find((one) => one.path === path)?.name ?? path);
  const names = sonames.flatMap((soname) => packageOfLibrary(nameOf(soname), facts.distro) ?? []);
  if (manager === null || names.length < paths.length) return [];
  const unique = [...new Set(names)];
  return [
    remedy(
      `Remove ${paths.join(', ')} and install the image's own: ${packagesInWords(unique)}.`,
      `RUN rm -f ${paths.join(' ')}\n${installLine(manager, unique)}`,
      installing(manager, unique),
    ),
  ];
}

/** Remedies for files that are built for another libc: the image's own libraries, or another image or build of the program. */
export const adviseOnForeignLibc: Adviser = (_finding, facts) => {
  const build = foreignBuild({ trace: facts.trace, binary: facts });
  if (build === null) return [];
  const { family, paths } = build;
  if (paths.some((path) => libraryAtFault(path, facts) === null)) return otherLibc(family, facts);
  const running = facts.trace.loader?.family ?? family;
  const replaced = replaceByPackages(paths, facts);
  return replaced.length > 0
    ? replaced
    : [
        remedy(
          `Replace ${paths.join(', ')} by builds for ${running}, such as those of the image's distribution.`,
        ),
      ];
};
