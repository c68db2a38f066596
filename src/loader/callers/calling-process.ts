import type { DynamicSection, ElfFile } from '../../elf/elf-file.ts';
import type { DlopenRequest } from '../loader.ts';
import { isCallerSymbol } from '../symbols/caller-symbols.ts';
import { givesSymbol } from './given-symbols.ts';

/** The process that calls dlopen, by its program. */
export interface Caller {
  /** How messages and lists name it. */
  readonly path: string;
  /** What /proc/self/exe leads to. */
  readonly realPath: string;
  readonly elf: ElfFile;
  /** Null when no program was named. */
  readonly inodeId: number | null;
  /** argv[0] in messages; null when no program was named. */
  readonly argv0: string | null;
  /** Libraries that it is taken to need, and that the image may lack. */
  readonly usual: readonly string[];
}

/** How messages name a process of which nothing is known. */
const bareCaller = 'calling process';

function bareDynamic(loader: DynamicSection, needed: readonly string[]): DynamicSection {
  return {
    ...loader,
    needed,
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

/** A program for this loader that needs only these libraries, and defines no symbols. */
function bareProgram(loader: ElfFile, needed: readonly string[]): ElfFile {
  return {
    ...loader,
    interp: null,
    defects: [],
    dynamic: loader.dynamic === null ? null : bareDynamic(loader.dynamic, needed),
    notes: { ...loader.notes, x86IsaNeeded: null, abiTag: null },
  };
}

/** How messages name the caller. */
export const callerName = ({ caller }: Pick<DlopenRequest, 'caller'>): string => caller?.path ?? bareCaller;

/** The caller that is known, or a program that has only its libc, by that soname, and the `usual` libraries of its kind. */
export function callerOf(
  { caller, loader }: DlopenRequest,
  libc: string,
  usual: readonly string[] = [],
): Caller {
  if (caller === null) {
    return {
      path: bareCaller,
      realPath: '/caller',
      elf: bareProgram(loader.elf, [libc, ...usual]),
      inodeId: null,
      argv0: null,
      usual,
    };
  }
  const { path, realPath, elf, inode } = caller;
  return { path, realPath, elf, inodeId: inode.id, argv0: path, usual: [] };
}

/** Whether a missing symbol is that of a caller of which only the kind is known, if that (S34). */
export function isCallersOf({ caller, kind }: DlopenRequest): (name: string) => boolean {
  if (caller !== null) return () => false;
  return (name) => isCallerSymbol(name) || (kind !== null && givesSymbol(kind, name));
}
