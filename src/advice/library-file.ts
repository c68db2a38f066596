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

const debianSuites: Readonly<Record<string, string>> = { 11: 'bullseye', 12: 'bookworm', 13: 'trixie' };

/** How to find the package, of the many that no table here holds: apk knows the sonames of all, and Debian has a page for it. */
function adviseToSeek(soname: string, { distro, rootfs, trace }: AdviceFacts): readonly Remedy[] {
  const manager = packageManagerOf(rootfs);
  const family = trace.loader?.family;
  if (manager === 'apk' && family === 'musl') {
    return [
      remedy(
        `Or, if it is one of Alpine's: apk finds its package by this name, and the build stops here if there is none.`,
        installLine('apk', [`so:${soname}`]),
      ),
    ];
  }
  const suite = debianSuites[Number.parseInt(distro.versionId ?? '', 10)];
  if (manager !== 'apt' || family !== 'glibc' || distro.id !== 'debian' || suite === undefined) return [];
  const query = `suite=${suite}&searchon=contents&mode=exactfilename&keywords=${encodeURIComponent(soname)}`;
  return [
    remedy(
      `Or, if it is one of Debian's: this page names the package to install.`,
      `https://packages.debian.org/search?${query}`,
    ),
  ];
}

/** A base that brings all that is missing, where one does; else the file itself. */
export function adviseToCopy(soname: string, facts: AdviceFacts): readonly Remedy[] {
  const family = facts.trace.loader?.family ?? familyOfBuild(facts.elf);
  const bases = family === null ? [] : moveToBase(family, facts).filter(({ cure }) => cure !== null);
  const folder = defaultFolder(soname, facts);
  return [
    ...bases,
    remedy(
      `${bases.length === 0 ? 'Copy' : 'Or copy'} ${soname} into a folder where the loader looks, or link it statically.`,
      `COPY ${soname} ${folder}/`,
      { kind: 'copy', from: null, paths: [soname], to: `${folder}/` },
    ),
    ...adviseToSeek(soname, facts),
  ];
}
