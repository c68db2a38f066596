import { loaderFamily } from '../../container/libc.ts';
import { Memory } from '../../elf/consistency/memory.ts';
import {
  DF_1_PIE,
  EM_386,
  EM_X86_64,
  ET_DYN,
  ET_EXEC,
  ET_REL,
  PF_X,
  PT_DYNAMIC,
  PT_LOAD,
  PT_PHDR,
} from '../../elf/constants.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { tableSizes } from '../../elf/file-header.ts';
import { isLinked } from '../../elf/kind.ts';
import { relocationTypesOf } from '../../elf/relocations/relocation-types.ts';
import { pageSize } from '../doubt/lost-pages.ts';
import { oddSegments } from '../doubt/odd-segments.ts';

const largestTable = 65536;
const highestUserAddress = 2 ** 47;

/** Most bytes of program headers (K10): kernels up to 6.1 also require them in one page; 6.18 does not. */
function tableLimit([major, minor]: readonly [number, number]): number {
  return major < 6 || (major === 6 && minor <= 1) ? pageSize : largestTable;
}

/** The checks of load_elf_binary that end in ENOEXEC (K10); null when the header passes. */
export function headerRefusal(elf: ElfFile, kernel: readonly [number, number]): string | null {
  if (!isLinked(elf)) {
    return elf.type === ET_REL
      ? 'it is an object file, not a linked program'
      : `its ELF type is ${elf.type}, not a program's`;
  }
  if (elf.phentsize !== tableSizes[elf.class].programHeader) return 'its program headers have the wrong size';
  if (elf.phnum < 1 || elf.phnum * elf.phentsize > tableLimit(kernel))
    return 'it has no usable program headers';
  if (elf.defects.some((defect) => defect.part === 'program-headers'))
    return 'its program headers cannot be read';
  if (elf.interp !== null && !elf.interp.wellFormed) return 'its interpreter name (PT_INTERP) is malformed';
  return null;
}

/** Why mapping this program kills the process after the old one is gone (K14); null when it does not. */
export function mappingCrash(elf: ElfFile): string | null {
  const loads = elf.segments.filter((segment) => segment.type === PT_LOAD);
  if (loads.length === 0) return 'it has nothing to map (no PT_LOAD)';
  for (const load of loads) {
    if (load.memsz < load.filesz) return 'a segment is smaller in memory than in the file';
    if (load.vaddr + load.memsz > highestUserAddress) return 'a segment lies outside the address space';
    if (load.filesz > 0 && (load.vaddr - load.offset) % pageSize !== 0)
      return 'a segment is not aligned to a page';
  }
  return null;
}

/**
 * Why the jump to e_entry kills a program that was loaded (K32); null when it leads into a segment. Zeros are
 * `add %al,(%rax)` on x86, and the kernel starts a program with registers of zero.
 */
export function entryCrash(elf: ElfFile): string | null {
  const entry = Number(elf.entry);
  if (entry === 0) return 'its entry point is 0';
  const memory = new Memory(elf.segments, elf.class);
  if (memory.flagsAt(entry, 1) === null) return 'its entry point lies in no segment';
  return (elf.machine === EM_X86_64 || elf.machine === EM_386) && memory.isZeroPage(entry)
    ? 'its code is not in the file, as in a file of debug information: it executes zeros'
    : null;
}

/** Whether a jump to e_entry leads into code depends on the processor where the segment has no x flag (K15, K33). */
export function entersData(elf: ElfFile): boolean {
  const memory = new Memory(elf.segments, elf.class);
  const entry = Number(elf.entry);
  return !memory.has(entry, 1, PF_X) || memory.isZeroPage(entry);
}

/** A loader that is a program too: started directly, it loads what its arguments name, or prints how it is used. */
export function isLoaderProgram(elf: ElfFile): boolean {
  const family = loaderFamily(elf);
  return elf.interp === null && Number(elf.entry) !== 0 && (family === 'glibc' || family === 'musl');
}

/** A library started as a program: ET_DYN without PT_INTERP that is neither static-PIE nor loader (K31). */
export function isPlainLibrary(elf: ElfFile): boolean {
  const dynamic = elf.dynamic;
  if (elf.type !== ET_DYN || elf.interp !== null || dynamic === null || isLoaderProgram(elf)) return false;
  const isPie = (dynamic.flags1 & DF_1_PIE) !== 0;
  return !isPie && (dynamic.needed.length > 0 || dynamic.soname !== null || Number(elf.entry) === 0);
}

/** First and last address that the segments of a file take. */
function addressesOf({ segments }: ElfFile): { readonly from: number; readonly to: number } {
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  return {
    from: Math.min(...loads.map(({ vaddr }) => vaddr)),
    to: Math.max(...loads.map(({ vaddr, memsz }) => vaddr + memsz)),
  };
}

/**
 * A static program that PT_INTERP names starts in place of a loader (K23), as klibc's does. One that asks AT_PHDR for its
 * thread-local storage or for its dynamic segment finds those of the other program there, and so does all of glibc.
 */
export function startsInPlace(interp: ElfFile, program: ElfFile): boolean {
  const readsOwnHeaders = interp.dynamic !== null || interp.tlsSize !== null || interp.notes.abiTag !== null;
  if (readsOwnHeaders || interp.interp !== null || interp.defects.length > 0) return false;
  if (entryCrash(interp) !== null || oddSegments(interp) !== null) return false;
  if (interp.type !== ET_EXEC || program.type !== ET_EXEC) return true;
  const [own, other] = [addressesOf(interp), addressesOf(program)];
  return own.to <= other.from || other.to <= own.from;
}

/** What a loader takes for granted of a program, and no linker omits (K15); null where nothing is odd. */
export function oddProgram({ type, segments, dynamic }: ElfFile): string | null {
  if (type === ET_DYN && !segments.some((segment) => segment.type === PT_PHDR))
    return 'it is position-independent and has no PT_PHDR, from which a loader learns where it lies';
  const isEmpty = segments.some((segment) => segment.type === PT_DYNAMIC && segment.filesz === 0);
  return dynamic === null && isEmpty ? 'its PT_DYNAMIC is empty' : null;
}

/**
 * What the start code of a program without PT_INTERP cannot do: call what only a loader would have bound, or apply to its
 * PLT what is no slot of one (`_dl_relocate_static_pie`); null for a program that is on its own.
 */
export function unboundStart({ dynamic, machine, class: elfClass }: ElfFile): string | null {
  const known = relocationTypesOf(machine, elfClass);
  const slots = known === null ? null : [known.jumpSlot, ...known.irelative];
  const types = dynamic?.relocations.anonymousTypes.plt ?? [];
  if (slots !== null && types.some((type) => !slots.includes(type)))
    return 'a relocation of its PLT fills no slot';
  const calls = dynamic?.relocations.references.some(({ symbol }) => {
    const named = dynamic.symbols[symbol];
    return named?.name === '__libc_start_main' && !named.defined;
  });
  return calls === true
    ? 'it names no loader, and its start code calls __libc_start_main of a library'
    : null;
}
