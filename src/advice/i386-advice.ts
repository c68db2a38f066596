import { EM_386, EM_X86_64 } from '../elf/constants.ts';
import { familyOfSoname, type LibcFamily } from '../elf/libc-names.ts';
import type { Remedy } from '../rules/finding.ts';
import { isAtLeast, neededGlibc } from './base-images.ts';
import { moveToBase } from './base-move.ts';
import { type AdviceFacts, listed, remedy } from './binary-facts.ts';
import { installing, installLine, packageManagerOf } from './package-manager.ts';
import { packageOfLibrary } from './packages.ts';

/** A program for 32-bit x86 in an image for amd64, where the kernel would run it. */
export const is32BitOn64 = ({ elf, platform }: AdviceFacts): boolean =>
  elf?.machine === EM_386 && platform.startsWith('linux/amd64');

/** Packages for i386, with the line that lets apt install them beside those for amd64. */
export const forI386 = (names: readonly string[]) => {
  const all = names.map((name) => `${name}:i386`);
  return {
    command: installLine('apt', all).replace('RUN ', 'RUN dpkg --add-architecture i386 && '),
    cure: installing('apt', all),
  };
};

/** A 64-bit program in an image for 32-bit x86, whose loader is for 32-bit programs only. */
export const is64BitOn32 = ({ elf, platform }: AdviceFacts): boolean =>
  elf?.machine === EM_X86_64 && platform.startsWith('linux/386');

/** Debian's packages for i386 beside those for amd64: the loader, and the libraries that the program names. */
function installForI386(facts: AdviceFacts): readonly Remedy[] {
  if (packageManagerOf(facts.rootfs) !== 'apt') return [];
  const needed = neededGlibc(facts.elf);
  const present = facts.libcs.find(({ family }) => family === 'glibc')?.version ?? null;
  if (needed !== null && present !== null && !isAtLeast(present, needed)) return [];
  const sonames = (facts.elf?.dynamic?.needed ?? []).filter((soname) => familyOfSoname(soname) === null);
  const unknown = sonames.filter((soname) => packageOfLibrary(soname, facts.distro) === null);
  const known = sonames.flatMap((soname) => packageOfLibrary(soname, facts.distro) ?? []);
  const { command, cure } = forI386([...new Set(['libc6', ...known])]);
  const what = known.length === 0 ? 'the loader and libc' : 'the loader and the libraries';
  const lacking = unknown.length === 0 ? '' : ` Then it still lacks ${listed(unknown)}.`;
  return [
    remedy(`Or install ${what} for 32-bit programs.${lacking}`, command, unknown.length === 0 ? cure : null),
  ];
}

/** No 64-bit base has the loader of a 32-bit program: it comes from packages, or from a base for linux/386. */
export function adviseOn32Bit(family: LibcFamily | null, facts: AdviceFacts): readonly Remedy[] {
  return [
    remedy('Build it for amd64.'),
    ...(family === 'glibc' ? installForI386(facts) : []),
    ...(family === null ? [] : moveToBase(family, facts, 'linux/386')),
  ];
}
