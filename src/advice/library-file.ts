import { machineName } from '../elf/machine.ts';
import type { Remedy } from '../rules/finding.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, problemsIn, remedy } from './binary-facts.ts';
import { installLine, packageManagerOf } from './package-manager.ts';

/**
 * A folder that the loader searches, as destination of a copy: of its own ones the first below /usr, since /lib is a link
 * in most images and COPY matches no wildcard behind a link.
 */
export function defaultFolder(soname: string, facts: AdviceFacts): string {
  const missing = problemsIn(facts, 'library-missing').find((problem) => problem.soname === soname);
  const steps = missing?.trail ?? [];
  const step = steps.find(({ path }) => path.startsWith('/usr/lib')) ?? steps[0];
  return step === undefined ? '/usr/lib' : step.path.slice(0, Math.max(step.path.lastIndexOf('/'), 1));
}

/** The file of that name that the loader passed by since it is built for another machine or word size; null when there is none. */
function ofOtherMachine(soname: string, facts: AdviceFacts): { path: string; machine: string } | null {
  const missing = problemsIn(facts, 'library-missing').find((problem) => problem.soname === soname);
  for (const { path } of missing?.trail ?? []) {
    const found = facts.rootfs.lookup(path);
    const elf = found.ok && found.inode.content?.kind === 'elf' ? found.inode.content.elf : null;
    const isOther = elf !== null && (elf.machine !== facts.elf?.machine || elf.class !== facts.elf.class);
    if (isOther) return { path, machine: machineName(elf) };
  }
  return null;
}

/** The build for the program's machine in place of the one that is there. */
export function adviseToReplace(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const other = ofOtherMachine(soname, facts);
  if (other === null || facts.elf === null) return [];
  const { path, machine } = other;
  return [
    remedy(
      `${path} is built for ${machine}: put a build for ${machineName(facts.elf)} in its place.`,
      `COPY ${soname} ${path}`,
      { kind: 'copy', from: null, paths: [soname], to: path.slice(0, path.lastIndexOf('/') + 1) },
    ),
  ];
}

/** apk knows packages by the sonames of their libraries too (`so:` in its index). */
function bySoname(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const isAlpines = packageManagerOf(facts.rootfs) === 'apk' && facts.trace.loader?.family === 'musl';
  if (!isAlpines) return [];
  return [
    remedy(
      `If Alpine has ${soname}, apk finds the package by this name; the build stops here if no package has it.`,
      installLine('apk', [`so:${soname}`]),
    ),
  ];
}

/** The page that searches all files of the release's packages. */
function searchPage(soname: string, { distro, rootfs, trace }: AdviceFacts): string {
  const suite = { 11: 'bullseye', 12: 'bookworm', 13: 'trixie' }[Number.parseInt(distro.versionId ?? '', 10)];
  const isDebians = distro.id === 'debian' && trace.loader?.family === 'glibc';
  if (!isDebians || suite === undefined || packageManagerOf(rootfs) === null) return '';
  const query = `searchon=contents&mode=exactfilename&suite=${suite}&keywords=${encodeURIComponent(soname)}`;
  return ` If Debian has a package with it, this page names it: https://packages.debian.org/search?${query}`;
}

/** A base that brings all that is missing, where one does; else the file itself. */
export function adviseToCopy(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const family = facts.trace.loader?.family ?? familyOfBuild(facts.elf);
  const bases = family === null ? [] : moveToBase(family, facts).filter(({ cure }) => cure !== null);
  const folder = defaultFolder(soname, facts);
  const found = bySoname(soname, facts);
  const isFirst = bases.length + found.length === 0;
  return [
    ...bases,
    ...found,
    remedy(
      `${isFirst ? 'Copy' : 'Or copy'} ${soname} into a folder where the loader looks, or link it statically.${searchPage(soname, facts)}`,
      `COPY ${soname} ${folder}/`,
      { kind: 'copy', from: null, paths: [soname], to: `${folder}/` },
    ),
  ];
}
