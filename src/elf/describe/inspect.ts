import type {
  AbiTag,
  DlopenNote,
  ElfClass,
  ElfDefect,
  ElfFile,
  Endianness,
  ToolchainHints,
} from '../elf-file.ts';
import { type ElfKind, kindOf } from '../kind.ts';
import { type MachinePlatform, machineName, platformOf } from '../machine.ts';
import { type GlibcNeed, glibcNeed, highestVersions, type VersionNeed } from './version-needs.ts';
import { type WantedLibc, wantedLibc } from './wanted-libc.ts';

/** The description of one binary, as plain data: its kind, its requirements, its toolchain. */
export interface ElfInspection {
  /** `x86_64`, `aarch64`, … */
  readonly machine: string;
  readonly platform: MachinePlatform;
  readonly class: ElfClass;
  readonly endianness: Endianness;
  readonly kind: ElfKind;
  readonly libc: WantedLibc;
  /** Null when it needs no version of glibc. */
  readonly glibc: GlibcNeed | null;
  /** The highest version of each line that it needs of each file, glibc's among them. */
  readonly versions: readonly VersionNeed[];
  readonly interp: string | null;
  readonly needed: readonly string[];
  readonly soname: string | null;
  readonly rpath: string | null;
  readonly runpath: string | null;
  /** All symbols are bound at start. */
  readonly bindNow: boolean;
  /** No .symtab is left; null when there is no section table to tell. */
  readonly stripped: boolean | null;
  readonly toolchain: Toolchain;
  readonly buildId: string | null;
  readonly goBuildId: string | null;
  readonly abiTag: AbiTag | null;
  /** `x86-64-v3` when GNU properties require more than the baseline; null otherwise. */
  readonly cpuLevel: string | null;
  /** Libraries that it declares it may load at run time. */
  readonly dlopen: readonly DlopenNote[];
  /** The JSON text of `.note.package`. */
  readonly packageMetadata: string | null;
  readonly executableStack: boolean;
  readonly truncated: boolean;
  readonly defects: readonly ElfDefect[];
}

/** The toolchain that built it. */
export interface Toolchain {
  readonly go: ToolchainHints['go'];
  readonly rust: ToolchainHints['rust'];
  readonly packer: 'UPX' | null;
  readonly appImage: 1 | 2 | null;
  /** Lines of `.comment`. */
  readonly comments: readonly string[];
}

/** Describes a binary for people. Pure: facts in, plain data out. */
export function inspectElf(elf: ElfFile, hints: ToolchainHints): ElfInspection {
  const { dynamic, notes } = elf;
  return {
    machine: machineName(elf),
    platform: platformOf(elf),
    class: elf.class,
    endianness: elf.endianness,
    kind: kindOf(elf),
    libc: wantedLibc(elf),
    glibc: glibcNeed(dynamic),
    versions: highestVersions(dynamic),
    interp: elf.interp?.path ?? null,
    needed: dynamic?.needed ?? [],
    soname: dynamic?.soname ?? null,
    rpath: dynamic?.rpath ?? null,
    runpath: dynamic?.runpath ?? null,
    bindNow: dynamic?.bindNow ?? false,
    stripped: hints.symbolTable === null ? null : !hints.symbolTable,
    toolchain: {
      go: hints.go,
      rust: hints.rust,
      packer: hints.upx === null ? null : 'UPX',
      appImage: hints.appImage,
      comments: hints.comments,
    },
    buildId: notes.buildId,
    goBuildId: notes.goBuildId,
    abiTag: notes.abiTag,
    cpuLevel: cpuLevelOf(notes.x86IsaNeeded),
    dlopen: notes.dlopen,
    packageMetadata: notes.packageMetadata,
    executableStack: elf.stack?.executable ?? false,
    truncated: elf.truncated,
    defects: elf.defects,
  };
}

/** Bits of GNU_PROPERTY_X86_ISA_1_NEEDED: 2 v2, 4 v3, 8 v4 (G60). */
function cpuLevelOf(isaNeeded: number | null): string | null {
  if (isaNeeded === null) return null;
  if (isaNeeded & 8) return 'x86-64-v4';
  if (isaNeeded & 4) return 'x86-64-v3';
  return isaNeeded & 2 ? 'x86-64-v2' : null;
}
