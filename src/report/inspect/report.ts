import type { ElfInspection } from '../../elf/describe/inspect.ts';
import type { NeededVersion, NoteHeader, Segment, Verdef } from '../../elf/elf-file.ts';
import type { ToolIdentity } from '../../examine/check-report.ts';

/** One symbol that a file asks for. */
export interface UndefinedSymbol {
  readonly name: string;
  readonly version: string | null;
  /** The soname that verneed expects it of; null without a version. */
  readonly file: string | null;
  readonly weak: boolean;
  /** Only calls by way of the PLT name it: glibc may look it up at the first call. */
  readonly lazy: boolean;
}

/** One symbol that a file offers. */
export interface DefinedSymbol {
  readonly name: string;
  readonly version: string | null;
  readonly weak: boolean;
  /** A version that only references which name it get. */
  readonly hidden: boolean;
}

export interface DynamicFacts {
  /** DT_FLAGS and DT_FLAGS_1. */
  readonly flags: number;
  readonly flags1: number;
  readonly filters: readonly string[];
  readonly auxiliaries: readonly string[];
  readonly textrel: boolean;
  readonly symbolic: boolean;
  readonly hash: 'none' | 'sysv' | 'gnu' | 'both';
  readonly verneed: readonly { readonly file: string; readonly versions: readonly NeededVersion[] }[];
  readonly verdef: readonly Verdef[];
  readonly undefined: readonly UndefinedSymbol[];
  readonly defined: readonly DefinedSymbol[];
  readonly relocations: {
    readonly data: number;
    readonly plt: number;
    readonly irelative: boolean;
    readonly relr: boolean;
    /** Symbols with a copy relocation. */
    readonly copied: readonly string[];
  };
}

/** What the file itself says, without opinion. Numbers are those of the ELF specification. */
export interface ElfFacts {
  readonly osabi: number;
  readonly abiVersion: number;
  readonly type: number;
  readonly machine: number;
  readonly flags: number;
  /** `0x…` */
  readonly entry: string;
  readonly segments: readonly Segment[];
  /** Null when there is no PT_DYNAMIC. */
  readonly dynamic: DynamicFacts | null;
  readonly notes: readonly NoteHeader[];
  readonly x86IsaUsed: number | null;
  /** Size of the thread-local storage in bytes; null when there is none. */
  readonly tlsSize: number | null;
  readonly hasSectionTable: boolean;
  /** What of a static glibc program wants shared objects at run time; null for every other file. */
  readonly staticGlibc: { readonly iconv: boolean; readonly nss: boolean; readonly dlopen: boolean } | null;
}

export interface InspectedFile {
  /** As it was given. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly summary: ElfInspection;
  readonly facts: ElfFacts;
}

/** What `inspect --json` prints. */
export interface InspectReport {
  readonly schemaVersion: 1;
  readonly tool: ToolIdentity;
  readonly files: readonly InspectedFile[];
}
