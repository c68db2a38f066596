import type { ElfFile } from '../elf/elf-file.ts';
import { familyOfSoname } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { type AdviceFacts, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { folderOf, realFolderOf } from './folders.ts';
import { bestProved } from './proof.ts';
import { libraryPath } from './stray-advice.ts';
import { findStrayLibraries, type StrayLibrary } from './stray-libraries.ts';

/** Libraries that belong to one build of glibc: another copy of one alone breaks the others. */
const partOfGlibc = /^(libc|libm|libpthread|libdl|librt|libresolv|libutil|libmvec|libanl)\.so\.\d/;

/** By a link where the loader looks before it finds the present one, else by the search path. */
function takeCopy(
  soname: string,
  present: string,
  { path, match }: StrayLibrary,
  facts: AdviceFacts,
): Remedy | null {
  const folder = folderOf(path);
  const object = facts.trace.objects.find((one) => one.path === present);
  const searched = object?.trail.map((step) => realFolderOf(step.path, facts.rootfs)) ?? [];
  const has = `${path} has what ${present} lacks`;
  if (match === 'exact') {
    const value = libraryPath(folder, facts);
    return remedy(`${has}: let the loader look there first.`, `ENV LD_LIBRARY_PATH=${value}`, {
      kind: 'env',
      name: 'LD_LIBRARY_PATH',
      value,
    });
  }
  if (!searched.includes(realFolderOf(path, facts.rootfs))) return null;
  return remedy(
    `${has}, and the loader looks in its folder for ${soname}: make that link.`,
    `RUN ln -sf ${nameOf(path)} ${folder}/${soname}`,
    { kind: 'link', path: `${folder}/${soname}`, target: nameOf(path) },
  );
}

/** The most copies that are examined. */
const copiesTried = 6;

/** What makes the loader take another copy of a library, one that `has` what the present one lacks; empty when none helps. */
export function takeOtherCopy(
  present: string,
  has: (elf: ElfFile) => boolean,
  facts: AdviceFacts,
): readonly Remedy[] {
  const { elf, rootfs, trace } = facts;
  const soname = nameOf(trace.objects.find(({ path }) => path === present)?.name ?? present);
  if (elf === null || partOfGlibc.test(soname) || familyOfSoname(soname) !== null) return [];
  const offered = findStrayLibraries(rootfs, soname, elf)
    .filter((stray) => stray.path !== present && stray.elf.dynamic?.soname === soname && has(stray.elf))
    .slice(0, copiesTried)
    .flatMap((stray) => takeCopy(soname, present, stray, facts) ?? []);
  return bestProved(offered, facts);
}

/** Another copy of the library that defines all versions that are missing in this one. */
export function otherCopy({ file }: { readonly file: string }, facts: AdviceFacts): readonly Remedy[] {
  const wanted = problemsIn(facts, 'version-missing').filter(
    (problem) => problem.file === file && !problem.weak,
  );
  return takeOtherCopy(
    file,
    (elf) => wanted.every(({ version }) => elf.dynamic?.verdef.some(({ name }) => name === version)),
    facts,
  );
}
