import { PT_GNU_STACK } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';

/** A system other than Linux whose programs are ELF files too. */
export type OtherElfSystem =
  | 'Android'
  | 'FreeBSD'
  | 'NetBSD'
  | 'OpenBSD'
  | 'DragonFly BSD'
  | 'Solaris'
  | 'QNX';

/** Loaders of other systems, by their whole path: `/lib/ld.so.1` is glibc's on some machines, `/usr/lib/ld.so.1` is Solaris's. */
const loaders: readonly (readonly [system: OtherElfSystem, path: RegExp])[] = [
  ['Android', /^\/(?:system|apex\/[^/]+)\/bin\/linker(?:64)?$/],
  ['FreeBSD', /^\/(?:usr\/)?libexec\/ld-elf(?:32)?\.so\.1$/],
  ['DragonFly BSD', /^\/(?:usr\/)?libexec\/ld-elf\.so\.2$/],
  ['NetBSD', /^\/(?:usr\/)?libexec\/ld\.elf_so$/],
  ['OpenBSD', /^\/usr\/libexec\/ld\.so$/],
  ['Solaris', /^\/(?:usr\/lib|lib(?=\/[^/]+\/))\/(?:(?:amd64|64|sparcv9)\/)?ld\.so\.1$/],
  ['QNX', /^\/usr\/lib\/ldqnx(?:-64)?\.so\.\d+$/],
];

/** Owners of the note by which a BSD knows its own programs. */
const owners: ReadonlyMap<string, OtherElfSystem> = new Map([
  ['FreeBSD', 'FreeBSD'],
  ['NetBSD', 'NetBSD'],
  ['OpenBSD', 'OpenBSD'],
  ['DragonFly', 'DragonFly BSD'],
]);

/** EI_OSABI. */
const abis: ReadonlyMap<number, OtherElfSystem> = new Map([
  [2, 'NetBSD'],
  [6, 'Solaris'],
  [9, 'FreeBSD'],
  [12, 'OpenBSD'],
]);

/**
 * Go's linker gives every program of Linux a PT_GNU_STACK (`asmbElf` of cmd/link), and one of each other system a mark of its own,
 * but for DragonFly BSD. Other linkers leave notes beside Go's.
 */
const isOfGoForDragonFly = ({ notes, segments }: ElfFile): boolean =>
  notes.goBuildId !== null &&
  notes.headers.every(({ owner }) => owner === 'Go') &&
  segments.every(({ type }) => type !== PT_GNU_STACK);

/** The loader of another system that PT_INTERP names; null for every other path. */
export const systemOfLoader = (path: string): OtherElfSystem | null =>
  loaders.find(([, pattern]) => pattern.test(path))?.[0] ?? null;

/**
 * The other system that a program is built for; null for Linux's, and where nothing names one. The loader comes first: Linux does
 * not look at EI_OSABI (K10), and a program that names a loader of Linux is one of Linux, whatever that byte says.
 */
export function otherElfSystem(elf: ElfFile): OtherElfSystem | null {
  const { interp, notes, osabi } = elf;
  if (interp !== null) return systemOfLoader(interp.path);
  const owner = notes.headers.find((header) => owners.has(header.owner))?.owner;
  return owners.get(owner ?? '') ?? abis.get(osabi) ?? (isOfGoForDragonFly(elf) ? 'DragonFly BSD' : null);
}
