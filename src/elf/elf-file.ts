/** The facts of one ELF file, from its program headers and dynamic segment. Facts only, no judgement. */

export type ElfClass = 32 | 64;
export type Endianness = 'little' | 'big';

/** One program header (Elf64_Phdr / Elf32_Phdr). Offsets and sizes in bytes. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly filesz: number;
  readonly memsz: number;
  readonly align: number;
}

/** One version that a verneed entry asks for (Elf64_Vernaux). */
export interface NeededVersion {
  readonly name: string;
  /** VER_FLG_WEAK of vna_flags: its absence is a warning (G42). */
  readonly weak: boolean;
}

/** The versions that this object needs of one file (Elf64_Verneed), in file order. */
export interface Verneed {
  readonly file: string;
  readonly versions: readonly NeededVersion[];
}

/** One version that this object defines (Elf64_Verdef). `base` is VER_FLG_BASE: the name of the file itself. */
export interface Verdef {
  readonly index: number;
  readonly name: string;
  readonly base: boolean;
}

/** One entry of the dynamic symbol table; index 0, the null symbol, is kept so that indexes fit. */
export interface DynamicSymbol {
  readonly name: string;
  readonly defined: boolean;
  /** STB_*: 0 local, 1 global, 2 weak, 10 GNU unique. */
  readonly binding: number;
  /** STT_*: 0 none, 1 object, 2 function, 6 TLS, 10 GNU IFUNC. */
  readonly type: number;
  /** STV_*: 0 default, 1 internal, 2 hidden, 3 protected. */
  readonly visibility: number;
  /** st_shndx; 0xfff1 is SHN_ABS. */
  readonly section: number;
  /** st_value is zero: never matched unless SHN_ABS or TLS (G45). */
  readonly valueIsZero: boolean;
  readonly size: number;
  /** DT_VERSYM index without the hidden bit; null when the object has no DT_VERSYM. */
  readonly versionIndex: number | null;
  /** The hidden bit (0x8000) of DT_VERSYM: a non-default version. */
  readonly versionHidden: boolean;
  /** The version's name by verdef or verneed; null for index 0 and 1 or when the index names nothing. */
  readonly version: string | null;
  /** For a versioned reference: the file whose verneed names the version. */
  readonly versionFile: string | null;
}

/** Which of the dynamic segment's relocation tables: DT_RELA/DT_REL together, or DT_JMPREL. */
export type RelocationTable = 'data' | 'plt';

/** All relocations of one table that name the same symbol, at the place of the first of them. */
export interface SymbolReference {
  /** Index into `symbols`. */
  readonly symbol: number;
  readonly table: RelocationTable;
  /** The distinct relocation types (the machine's R_* numbers) that name this symbol in this table. */
  readonly types: readonly number[];
  /** R_*_COPY is among them. */
  readonly copy: boolean;
  /** R_*_JUMP_SLOT is the only type: the one kind that glibc may bind at the first call (G50). */
  readonly lazy: boolean;
}

/** What the relocation tables hold. */
export interface Relocations {
  /** In the order of the tables: `data` first, then `plt`. */
  readonly references: readonly SymbolReference[];
  /** Distinct relocation types with no symbol (RELATIVE, IRELATIVE, module-local TLS), by table. */
  readonly anonymousTypes: { readonly data: readonly number[]; readonly plt: readonly number[] };
  /** R_*_IRELATIVE is among them. */
  readonly irelative: boolean;
  /** DT_RELR (or DT_ANDROID_RELR) is there. */
  readonly relr: boolean;
  /** Number of entries of DT_RELA/DT_REL and of DT_JMPREL. */
  readonly dataCount: number;
  readonly pltCount: number;
}

/** The dynamic segment (PT_DYNAMIC). Strings are decoded as Latin-1, byte for byte. */
export interface DynamicSection {
  readonly needed: readonly string[];
  readonly soname: string | null;
  readonly rpath: string | null;
  readonly runpath: string | null;
  /** DT_FILTER and DT_AUXILIARY, in order. */
  readonly filters: readonly string[];
  readonly auxiliaries: readonly string[];
  /** DT_FLAGS and DT_FLAGS_1, 0 when absent. */
  readonly flags: number;
  readonly flags1: number;
  /** DT_BIND_NOW, DF_BIND_NOW or DF_1_NOW. */
  readonly bindNow: boolean;
  /** DT_TEXTREL or DF_TEXTREL, and a relocation writes into a segment that is mapped read-only. */
  readonly textrel: boolean;
  /** DT_SYMBOLIC or DF_SYMBOLIC. */
  readonly symbolic: boolean;
  readonly hash: 'none' | 'sysv' | 'gnu' | 'both';
  readonly verneed: readonly Verneed[];
  readonly verdef: readonly Verdef[];
  /** DT_VERSYM is there. */
  readonly hasVersym: boolean;
  readonly symbols: readonly DynamicSymbol[];
  readonly relocations: Relocations;
}

/** NT_GNU_ABI_TAG: the OS word (0 Linux) and the oldest kernel as [major, minor, patch]. */
export interface AbiTag {
  readonly os: number;
  readonly kernel: readonly [number, number, number];
}

/** One entry of an FDO `.note.dlopen` (type 0x407c0c0a). */
export interface DlopenNote {
  readonly sonames: readonly string[];
  readonly feature: string | null;
  readonly description: string | null;
  readonly priority: 'required' | 'recommended' | 'suggested';
}

/** Owner and type of one note of a PT_NOTE segment, in file order, and its size in bytes. */
export interface NoteHeader {
  readonly owner: string;
  readonly type: number;
  readonly size: number;
}

/** What PT_NOTE and PT_GNU_PROPERTY carry. */
export interface Notes {
  readonly headers: readonly NoteHeader[];
  /** Lower-case hex of NT_GNU_BUILD_ID. */
  readonly buildId: string | null;
  readonly abiTag: AbiTag | null;
  /** GNU_PROPERTY_X86_ISA_1_NEEDED / _USED bits (1 baseline, 2 v2, 4 v3, 8 v4); null when absent. */
  readonly x86IsaNeeded: number | null;
  readonly x86IsaUsed: number | null;
  /** `.note.package` (FDO type 0xcafe1a7e): its JSON text. */
  readonly packageMetadata: string | null;
  readonly dlopen: readonly DlopenNote[];
  /** NT_GO_BUILD_ID. */
  readonly goBuildId: string | null;
}

/**
 * A part of the file that cannot be read as its headers promise, or that contradicts another part in a way that no linker
 * and no common tool leaves behind (K15).
 */
export interface ElfDefect {
  /** `code`: functions that run at start or at exit; `sections`: the section headers, held against segments and tags. */
  readonly part:
    | 'program-headers'
    | 'interp'
    | 'dynamic'
    | 'strings'
    | 'symbols'
    | 'versions'
    | 'relocations'
    | 'notes'
    | 'code'
    | 'sections';
  readonly reason: string;
}

/** PT_INTERP as the kernel reads it (K20): the name, or why there is none to read. */
export type Interp =
  | { readonly path: string; readonly wellFormed: true }
  /** Size outside 2..4096 or last byte not NUL (ENOEXEC). `path` is the readable part. */
  | { readonly path: string; readonly wellFormed: false };

/** What UPX packed, as far as the file shows it (S20). */
export type Unpacked =
  /** A program without PT_INTERP. */
  | { readonly kind: 'static' }
  /** A program that a loader starts: its own facts. */
  | { readonly kind: 'dynamic'; readonly elf: ElfFile }
  /** `reason` is a clause about the packed file. */
  | { readonly kind: 'hidden'; readonly reason: string };

/** Traces of the toolchain in the bytes of the segments. Only the checked binary has them. */
export interface ToolchainHints {
  /** Go build information (`\xff Go buildinf:`) is there; the version when it can be read. */
  readonly go: { readonly version: string | null } | null;
  /** A Rust binary: `/rustc/` paths or mangled names; the compiler's commit when it can be read. */
  readonly rust: { readonly commit: string | null } | null;
  /** What UPX packed into it; null for a file that UPX did not pack. */
  readonly upx: Unpacked | null;
  /** AppImage type 1 or 2 (e_ident[8..10]). */
  readonly appImage: 1 | 2 | null;
  /** Distinct lines of `.comment` (GCC, clang, rustc, linkers). No segment carries it, so it is for people only. */
  readonly comments: readonly string[];
  /**
   * A static glibc program, and the parts of the run-time loading machinery that are linked into it (S2). Linked does not mean
   * used: glibc's own start-up brings iconv and dlopen into nearly every static program; `nss` comes with getpwnam and its like.
   * `nssBuiltIn`: the services `files` and `dns` are linked in too, as since 2.34, and load nothing.
   */
  readonly staticGlibc: {
    readonly iconv: boolean;
    readonly nss: boolean;
    readonly nssBuiltIn: boolean;
    readonly dlopen: boolean;
  } | null;
  /** A full symbol table (.symtab) is left; null when there is no section table. For people only. */
  readonly symbolTable: boolean | null;
}

/** Facts in the read-only text of a loader or libc (G0, M0). Only such files have them. */
export interface LibcText {
  /** `2.36` of `… stable release version 2.36.` */
  readonly glibcVersion: string | null;
  /** glibc's `system_dirs`, in order, without the trailing slash; empty when there is no such list. */
  readonly systemDirs: readonly string[];
  /** The path ending in `ld.so.cache` that the loader opens. */
  readonly cachePath: string | null;
  /** `1.2.4_git20230717` */
  readonly muslVersion: string | null;
  /** `x86_64` of `musl libc (x86_64)`. */
  readonly muslArch: string | null;
  /** musl's built-in search path, colon-separated. */
  readonly muslSystemPath: string | null;
  /** Names that musl also matches with `64` appended (M42, since 1.2.4); empty when it has no such list. */
  readonly muslLfs64: readonly string[];
  /** `1.0.58` of uclibc-ng. */
  readonly uclibcVersion: string | null;
}

/** The build of a program that a plugin was made for, or that a program is (S35). */
export interface ModuleBuild {
  /**
   * `php`: build_id of zend_module_entry. `zend`: build_id of zend_extension_version_info. `nginx`: version and signature of
   * ngx_module_t. `perl`: PERL_API_VERSION_STRING. `postgresql`: version of Pg_magic_struct. `node-api`: the level of Node-API.
   * `node`: NODE_MODULE_VERSION in the structure that an addon registers itself by. `apache`: cookie, version and name of
   * module_struct, and its symbol: `AP24 20120211 mod_dav.c dav_module`, with another number in
   * place of the cookie `0x00000000 …`.
   */
  readonly host: ModuleHost;
  readonly build: string;
}

/** Programs whose modules say what they were built for, in the order in which index files number them. */
export const moduleHosts = [
  'node',
  'node-api',
  'php',
  'zend',
  'nginx',
  'perl',
  'postgresql',
  'apache',
] as const;
export type ModuleHost = (typeof moduleHosts)[number];

export interface ElfFile {
  /** Size of the whole file in bytes. */
  readonly size: number;
  readonly class: ElfClass;
  readonly endianness: Endianness;
  /**
   * e_ident[EI_CLASS] and e_ident[EI_DATA] as they stand. `class` and `endianness` are the file's real layout, which
   * differs when these bytes are wrong: a kernel does not look at them (K10), a loader does (G10, G11).
   */
  readonly identClass: number;
  readonly identData: number;
  /** e_ident[EI_VERSION], e_ident[EI_OSABI], e_ident[EI_ABIVERSION]. */
  readonly identVersion: number;
  readonly osabi: number;
  readonly abiVersion: number;
  /** e_ident[9..15] is not all zeros (G11). */
  readonly identPadding: boolean;
  /** e_type: 1 REL, 2 EXEC, 3 DYN, 4 CORE. */
  readonly type: number;
  /** e_machine (EM_*), read without elf-tools, which loses unknown ones. */
  readonly machine: number;
  readonly version: number;
  readonly flags: number;
  /** e_entry as hex, `0x…` */
  readonly entry: string;
  readonly phentsize: number;
  readonly phnum: number;
  readonly segments: readonly Segment[];
  /** The first PT_INTERP; null when there is none. */
  readonly interp: Interp | null;
  /** Null when there is no PT_DYNAMIC or it is empty. */
  readonly dynamic: DynamicSection | null;
  readonly notes: Notes;
  /** PT_TLS is there, with its memory size in bytes. */
  readonly tlsSize: number | null;
  /** PT_GNU_STACK: flags and requested size in bytes; null when absent. */
  readonly stack: { readonly executable: boolean; readonly size: number } | null;
  /** A section header table is there (e_shnum > 0). */
  readonly hasSectionTable: boolean;
  /** Some PT_LOAD promises bytes past the end of the file (K14, G14). */
  readonly truncated: boolean;
  /** Null for everything that is neither a loader nor a libc. Filled by src/elf/libc-text.ts. */
  readonly libcText: LibcText | null;
  /** What a plugin, or a program that loads plugins, says about builds that fit (S35); only such files have it. */
  readonly moduleBuilds?: readonly ModuleBuild[];
  readonly defects: readonly ElfDefect[];
}
