import type { Libc } from '../container/libc.ts';
import { systemOfLoader } from '../elf/describe/other-system.ts';
import { familyOfInterp, type LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { familyOfBuild, moveToBase } from './base-move.ts';
import { type AdviceFacts, type Adviser, nameOf, problemsIn, remedy, toolchainOf } from './binary-facts.ts';
import { muslPackage } from './debian-musl.ts';
import { folderOf } from './folders.ts';
import { adviseOn32Bit, is32BitOn64, is64BitOn32 } from './i386-advice.ts';
import { openUp } from './permission-advice.ts';
import { imageForPlatform } from './platform-advice.ts';
import { bestProved } from './proof.ts';
import { buildForLibc, buildForPlatform, buildStatically } from './rebuild.ts';
import { adviseOnStore } from './store-loader.ts';
import { findStrayLoaders } from './stray-libraries.ts';

/** Where the program's own libc is at home. */
function imageOf(family: LibcFamily, facts: AdviceFacts): readonly Remedy[] {
  const move = moveToBase(family, facts);
  if (move.length > 0 || family !== 'glibc') return move;
  return [remedy('Or use an image with glibc, of a release as new as the one that it was built on.')];
}

/** A library is loaded into a process that has a libc already, so that a static build is no remedy for it. */
const staticRemedies = (facts: AdviceFacts): readonly Remedy[] =>
  facts.elf?.interp == null ? [] : [buildStatically(facts)];

/**
 * The program wants a libc that the image does not have: build for the one that is there, use another base, add the
 * loader, link statically. Static comes first in images without any loader, and for musl, with which it is the usual intent.
 */
export function otherLibc(family: LibcFamily | null, facts: AdviceFacts): readonly Remedy[] {
  const present = facts.libcs[0]?.family ?? null;
  const isPlugin = ['node-addon', 'python-extension'].includes(toolchainOf(facts));
  const isAtHome = present === null || present === family || (family === 'musl' && !isPlugin);
  const rebuild = isAtHome ? null : buildForLibc(facts, present);
  const statically = staticRemedies(facts);
  const elsewhere = family === null ? [] : imageOf(family, facts);
  const added = family === 'musl' ? muslPackage(facts) : [];
  if (rebuild === null) return [...statically, ...elsewhere, ...added];
  return [
    rebuild,
    ...elsewhere,
    ...added,
    ...statically.filter(({ action, command }) => action !== rebuild.action && command !== rebuild.command),
  ];
}

/** Loaders of the image for this program that lie at another path or under another name than PT_INTERP says. */
function loadersElsewhere(interp: string, family: LibcFamily | null, facts: AdviceFacts): readonly string[] {
  const { elf, libcs, rootfs } = facts;
  if (elf === null) return [];
  const fits = (libc: Libc): boolean =>
    (family === null || libc.family === family) &&
    libc.elf.machine === elf.machine &&
    libc.elf.class === elf.class;
  const installed = libcs.filter(fits);
  const known = new Set(installed.map(({ inode }) => inode.id));
  const stray = findStrayLoaders(rootfs, elf, family).filter((path) => {
    const found = rootfs.lookup(path);
    return found.ok && !known.has(found.inode.id);
  });
  return [...installed.map(({ loaderPath }) => loaderPath), ...stray].filter((path) => path !== interp);
}

/** The most loaders that are examined. */
const loadersTried = 4;

/** A link by which the kernel finds the loader that the image has. */
function linkLoader(interp: string, family: LibcFamily | null, facts: AdviceFacts): readonly Remedy[] {
  const folder = folderOf(interp);
  const make = facts.rootfs.lookup(folder).ok ? '' : `mkdir -p ${folder} && `;
  const links = loadersElsewhere(interp, family, facts)
    .slice(0, loadersTried)
    .map((loader) =>
      remedy(
        `${loader} is a loader for this program, ${nameOf(loader) === nameOf(interp) ? 'at another path' : 'under another name'}: make a link to it at the path that the program asks for.`,
        `RUN ${make}ln -sf ${loader} ${interp}`,
        { kind: 'link', path: interp, target: loader },
      ),
    );
  return bestProved(links, facts);
}

/** Remedies for a PT_INTERP that the image lacks. */
export const adviseOnInterpreter: Adviser = ({ subject: interp }, facts) => {
  const denials = problemsIn(facts, 'interpreter-unusable').flatMap((problem) => problem.denials);
  if (denials.length > 0) return openUp(denials, 'execute', interp, facts);
  const [store] = /^\/(?:nix|gnu)\/store(?=\/)/.exec(interp) ?? [];
  if (store !== undefined) return adviseOnStore(store, facts);
  if (systemOfLoader(interp) !== null) return [buildForPlatform(facts)];
  const family = familyOfInterp(interp) ?? familyOfBuild(facts.elf);
  const links = interp.startsWith('/') ? linkLoader(interp, family, facts) : [];
  if (links.some(({ proven }) => proven)) return links;
  if (is64BitOn32(facts))
    return [...imageForPlatform('linux/amd64', facts), ...staticRemedies(facts), ...links];
  if (is32BitOn64(facts)) return [...adviseOn32Bit(family, facts), ...staticRemedies(facts), ...links];
  const isHere = family !== null && facts.libcs.some((libc) => libc.family === family);
  const others = otherLibc(family, facts);
  return links.length > 0 && isHere ? [...links, ...others] : [...others, ...links];
};
