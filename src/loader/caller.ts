import type { DynamicSection, ElfFile } from '../elf/elf-file.ts';
import type { DlopenRequest } from './loader.ts';

/** The process that calls dlopen, by its program. */
export interface Caller {
  /** How messages and lists name it. */
  readonly path: string;
  /** What /proc/self/exe leads to. */
  readonly realPath: string;
  readonly elf: ElfFile;
  /** Null when no program was named. */
  readonly inodeId: number | null;
}

function bareDynamic(loader: DynamicSection, libc: string): DynamicSection {
  return {
    ...loader,
    needed: [libc],
    soname: null,
    rpath: null,
    runpath: null,
    verneed: [],
    verdef: [],
    symbols: [],
    textrel: false,
    relocations: {
      ...loader.relocations,
      references: [],
      anonymousTypes: { data: [], plt: [] },
      relr: false,
      irelative: false,
    },
  };
}

/** A program for this loader that needs only its libc, by that soname, and defines no symbols. */
function bareProgram(loader: ElfFile, libc: string): ElfFile {
  return {
    ...loader,
    interp: null,
    defects: [],
    dynamic: loader.dynamic === null ? null : bareDynamic(loader.dynamic, libc),
    notes: { ...loader.notes, x86IsaNeeded: null, abiTag: null },
  };
}

/** The caller that was named, or where none was, a program that has only its libc: the library `libc`. */
export function callerOf({ caller, loader }: DlopenRequest, libc: string): Caller {
  if (caller === null) {
    return {
      path: 'calling process',
      realPath: '/caller',
      elf: bareProgram(loader.elf, libc),
      inodeId: null,
    };
  }
  const { path, realPath, elf, inode } = caller;
  return { path, realPath, elf, inodeId: inode.id };
}
