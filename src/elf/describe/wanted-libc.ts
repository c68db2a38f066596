import { STB_WEAK } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import { isStatic, kindOf } from '../kind.ts';
import { familyOfInterp, familyOfSoname, familyOfVersion, type LibcFamily } from '../libc-names.ts';

/** The family of libc that a file requires; `none` for a file that needs no libc. */
export type WantedFamily = LibcFamily | 'none' | 'unknown';

/** The family and its evidence, for people: `interpreter /lib64/ld-linux-x86-64.so.2`. */
export interface WantedLibc {
  readonly family: WantedFamily;
  readonly evidence: string;
}

/** By the interpreter, then by soname and needed libraries, then by versions, notes and symbols. */
export function wantedLibc(elf: ElfFile): WantedLibc {
  const kind = kindOf(elf);
  if (isStatic(kind)) return { family: 'none', evidence: 'it is static: no interpreter' };
  if (kind === 'relocatable' || kind === 'core')
    return { family: 'none', evidence: 'it is neither a program nor a library' };
  return byInterp(elf) ?? byNames(elf) ?? byVersions(elf) ?? byPlatform(elf) ?? bySymbols(elf);
}

function byInterp({ interp }: ElfFile): WantedLibc | null {
  if (interp === null) return null;
  const family = familyOfInterp(interp.path);
  return family === null ? null : { family, evidence: `interpreter ${interp.path}` };
}

function byNames({ dynamic }: ElfFile): WantedLibc | null {
  for (const soname of [dynamic?.soname ?? '', ...(dynamic?.needed ?? [])]) {
    const family = familyOfSoname(soname);
    if (family !== null)
      return { family, evidence: soname === dynamic?.soname ? `it is ${soname}` : `needs ${soname}` };
  }
  return null;
}

function byVersions({ dynamic }: ElfFile): WantedLibc | null {
  const versions = (dynamic?.verneed ?? []).flatMap((need) => need.versions);
  const version = versions.find(({ name }) => familyOfVersion(name) === 'glibc');
  return version === undefined ? null : { family: 'glibc', evidence: `needs version ${version.name}` };
}

function byPlatform({ notes, dynamic }: ElfFile): WantedLibc | null {
  if (notes.headers.some(({ owner }) => owner === 'Android'))
    return { family: 'bionic', evidence: 'Android note' };
  const { needed = [], symbols = [] } = dynamic ?? {};
  if (!needed.includes('libc.so')) return null;
  // bionic's errno is __errno(), musl's and glibc's __errno_location().
  const bionic =
    needed.includes('liblog.so') || symbols.some(({ name, defined }) => !defined && name === '__errno');
  return bionic
    ? { family: 'bionic', evidence: 'needs libc.so and symbols of bionic' }
    : { family: 'musl', evidence: 'needs libc.so' };
}

function bySymbols({ dynamic }: ElfFile): WantedLibc {
  const required =
    dynamic?.symbols.some(({ defined, name, binding }) => !defined && name !== '' && binding !== STB_WEAK) ??
    false;
  if (!required && (dynamic?.needed.length ?? 0) === 0)
    return { family: 'none', evidence: 'it needs no library and no symbol' };
  return { family: 'unknown', evidence: 'nothing in it names a libc' };
}
