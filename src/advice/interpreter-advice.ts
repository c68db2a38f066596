import { EM_386 } from '../elf/constants.ts';
import { familyOfInterp, familyOfSoname, type LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { findBaseImage, needsOf } from './base-images.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy } from './binary-facts.ts';
import { installLine, packageManagerOf } from './package-manager.ts';
import { openUp } from './permission-advice.ts';
import { buildForLibc, buildStatically } from './rebuild.ts';

/** A base image with glibc on which the program would find its versions; for an image without a package manager, another such. */
export function glibcImage(facts: AdviceFacts): Remedy {
  const needs = needsOf(facts.elf);
  const base =
    findBaseImage(needs, packageManagerOf(facts.rootfs) === null) ??
    findBaseImage({ ...needs, libraries: [] }, false);
  return base === null
    ? remedy('Or use an image with glibc, of a release as new as the one that it was built on.')
    : remedy(`Or use an image with glibc: ${base.tag} has ${base.glibc}.`, `FROM ${base.tag}`);
}

/** Where the program's own libc is at home. */
function imageOf(family: LibcFamily, facts: AdviceFacts): readonly Remedy[] {
  if (family === 'glibc') return [glibcImage(facts)];
  return family === 'musl' ? [remedy('Or use an image with musl.', 'FROM alpine:3.20')] : [];
}

/** musl programs that need nothing but musl can have it from Debian's own package. */
function muslPackage(facts: AdviceFacts): readonly Remedy[] {
  const needed = facts.elf?.dynamic?.needed ?? [];
  const onlyMusl = needed.every((name) => familyOfSoname(name) === 'musl' || name === 'libc.so');
  return onlyMusl && packageManagerOf(facts.rootfs) === 'apt'
    ? [remedy('Or install the package musl, which brings the loader.', installLine('apt', ['musl']))]
    : [];
}

/**
 * The program wants a libc that the image does not have: build for the one that is there, use another base, add the
 * loader, link statically. Static comes first in images without any loader, and for musl, with which it is the usual intent.
 */
export function otherLibc(family: LibcFamily | null, facts: AdviceFacts): readonly Remedy[] {
  const present = facts.libcs[0]?.family ?? null;
  const rebuild = present === null || family === 'musl' ? null : buildForLibc(facts, present);
  const statically = buildStatically(facts);
  const elsewhere = family === null ? [] : imageOf(family, facts);
  const added = family === 'musl' ? muslPackage(facts) : [];
  if (rebuild === null) return [statically, ...elsewhere, ...added];
  const isSame = rebuild.command !== null && rebuild.command === statically.command;
  return [rebuild, ...elsewhere, ...added, ...(isSame ? [] : [statically])];
}

/** A loader of the image that could run the program in place of the one that it names. */
function fittingLoader({ elf, libcs }: AdviceFacts): string | null {
  const fitting = libcs.find(
    (libc) => libc.family === 'glibc' && libc.elf.machine === elf?.machine && libc.elf.class === elf.class,
  );
  return fitting?.loaderPath ?? null;
}

function adviseOnNix(facts: AdviceFacts): readonly Remedy[] {
  const loader = fittingLoader(facts);
  return [
    remedy(
      'The loader is one of the machine that it was built on (/nix/store). Give the program the loader of the image, and no search path of that machine.',
      loader === null
        ? null
        : `patchelf --set-interpreter ${loader} --remove-rpath ${nameOf(facts.path) || 'PROGRAM'}`,
    ),
    buildStatically(facts),
  ];
}

const is32BitOn64 = ({ elf, platform }: AdviceFacts): boolean =>
  elf?.machine === EM_386 && platform.startsWith('linux/amd64');

/** Remedies for a PT_INTERP that the image lacks. */
export const adviseOnInterpreter: Adviser = ({ subject: interp }, facts) => {
  const denials = problemsIn(facts, 'interpreter-unusable').flatMap((problem) => problem.denials);
  if (denials.length > 0) return openUp(denials, 'execute', interp, facts);
  if (interp.startsWith('/nix/store/')) return adviseOnNix(facts);
  const family = familyOfInterp(interp);
  if (family === 'glibc' && is32BitOn64(facts) && packageManagerOf(facts.rootfs) === 'apt') {
    const command = `RUN dpkg --add-architecture i386 && apt-get update && apt-get install -y --no-install-recommends libc6:i386`;
    return [
      remedy('Build it for amd64.'),
      remedy('Or install the loader and libc for 32-bit programs.', command),
    ];
  }
  return otherLibc(family, facts);
};
