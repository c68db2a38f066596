import { STB_WEAK } from '../constants.ts';
import type { ElfFile } from '../elf-file.ts';
import { isStatic, kindOf } from '../kind.ts';

/** The libc that a file wants of its surroundings; `none` for what needs none. */
export type WantedLibc = 'glibc' | 'musl' | 'uclibc' | 'bionic' | 'none' | 'unknown';

/** The family and what says so, for people: `interpreter /lib64/ld-linux-x86-64.so.2`. */
export interface LibcFamily {
  readonly family: WantedLibc;
  readonly evidence: string;
}

type Pattern = readonly [family: WantedLibc, pattern: RegExp];

const interpreters: readonly Pattern[] = [
  ['musl', /^ld-musl-/],
  ['uclibc', /^ld(64)?-uClibc/],
  ['bionic', /^linker(64)?$/],
  ['glibc', /^(ld-linux.*\.so\.\d+|ld64\.so\.\d+|ld\.so\.1|ld-\d.*\.so)$/],
];

/** `libc.so` alone is musl's (its own gcc wrapper) or bionic's: it tells nothing. */
const sonames: readonly Pattern[] = [
  ['glibc', /^(libc\.so\.6(\.1)?|ld-linux.*\.so\.\d+|ld64\.so\.\d+)$/],
  ['musl', /^(libc\.musl-|ld-musl-)/],
  ['uclibc', /^(libc\.so\.[01]|libuClibc|ld(64)?-uClibc)/],
];

/** By the interpreter, then by soname and needed libraries, then by versions, notes and symbols. */
export function wantedLibc(elf: ElfFile): LibcFamily {
  const kind = kindOf(elf);
  if (isStatic(kind)) return { family: 'none', evidence: 'it is static: no interpreter' };
  if (kind === 'relocatable' || kind === 'core')
    return { family: 'none', evidence: 'it is no program and no library' };
  return byInterp(elf) ?? byNames(elf) ?? byVersions(elf) ?? byPlatform(elf) ?? bySymbols(elf);
}

function byInterp({ interp }: ElfFile): LibcFamily | null {
  if (interp === null) return null;
  const family = match(interpreters, interp.path.replace(/^.*\//, ''));
  return family === null ? null : { family, evidence: `interpreter ${interp.path}` };
}

function byNames({ dynamic }: ElfFile): LibcFamily | null {
  for (const soname of [dynamic?.soname ?? '', ...(dynamic?.needed ?? [])]) {
    const family = match(sonames, soname);
    if (family !== null)
      return { family, evidence: soname === dynamic?.soname ? `it is ${soname}` : `needs ${soname}` };
  }
  return null;
}

function byVersions({ dynamic }: ElfFile): LibcFamily | null {
  const versions = (dynamic?.verneed ?? []).flatMap((need) => need.versions);
  const version = versions.find(({ name }) => name.startsWith('GLIBC_'));
  return version === undefined ? null : { family: 'glibc', evidence: `needs version ${version.name}` };
}

function byPlatform({ notes, dynamic }: ElfFile): LibcFamily | null {
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

function bySymbols({ dynamic }: ElfFile): LibcFamily {
  const wants =
    dynamic?.symbols.some(({ defined, name, binding }) => !defined && name !== '' && binding !== STB_WEAK) ??
    false;
  if (!wants && (dynamic?.needed.length ?? 0) === 0)
    return { family: 'none', evidence: 'it needs no library and no symbol' };
  return { family: 'unknown', evidence: 'nothing in it names a libc' };
}

function match(patterns: readonly Pattern[], text: string): WantedLibc | null {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
