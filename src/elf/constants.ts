/**
 * The numbers of ELF by their names in elf.h, each once. Sources: System V gABI chapters 4 and 5 (ELFCLASS,
 * ELFDATA, ET, PT, PF, SHN, SHT, STB, STT, STV, DT, DF), the processor supplements (EM with its EF), and glibc's
 * elf/elf.h for what is GNU's or a processor's own. Notes (NT) stand in notes.ts, versions (VER) in
 * symbols/symbol-versions.ts, relocation types (R) in the tables of the loaders that apply them.
 */

/** e_ident[EI_CLASS], e_ident[EI_DATA], e_ident[EI_OSABI], e_ident[EI_VERSION] and e_version. */
export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ELFDATA2MSB = 2;
export const ELFOSABI_NONE = 0;
export const ELFOSABI_GNU = 3;
export const EV_CURRENT = 1;

/** e_type. */
export const ET_REL = 1;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const ET_CORE = 4;

/** e_machine. */
export const EM_SPARC = 2;
export const EM_386 = 3;
export const EM_68K = 4;
export const EM_MIPS = 8;
export const EM_PARISC = 15;
export const EM_PPC = 20;
export const EM_PPC64 = 21;
export const EM_S390 = 22;
export const EM_ARM = 40;
export const EM_SH = 42;
export const EM_SPARCV9 = 43;
export const EM_IA_64 = 50;
export const EM_X86_64 = 62;
export const EM_AARCH64 = 183;
export const EM_ARC_COMPACT2 = 195;
export const EM_RISCV = 243;
export const EM_BPF = 247;
export const EM_LOONGARCH = 258;
/** Unofficial, and used by every Alpha file. */
export const EM_ALPHA = 0x9026;

/** e_flags of MIPS. */
export const EF_MIPS_ABI2 = 0x20;
export const EF_MIPS_NAN2008 = 0x400;
/** e_flags of ARM; the version of the EABI is the highest byte. */
export const EF_ARM_EABIMASK = 0xff00_0000;
export const EF_ARM_EABI_VER5 = 0x0500_0000;
export const EF_ARM_ABI_FLOAT_SOFT = 0x200;
export const EF_ARM_ABI_FLOAT_HARD = 0x400;
/** e_flags of PowerPC 64: the version of the ABI, 0 when the file does not say. */
export const EF_PPC64_ABI = 3;
/** e_flags of RISC-V: 0 is soft float. */
export const EF_RISCV_FLOAT_ABI = 6;
/** e_flags of LoongArch. */
export const EF_LARCH_ABI_MODIFIER_MASK = 7;
export const EF_LARCH_ABI_SOFT_FLOAT = 1;

/** p_type. */
export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_PHDR = 6;
export const PT_TLS = 7;
export const PT_GNU_EH_FRAME = 0x6474e550;
export const PT_GNU_STACK = 0x6474e551;
export const PT_GNU_RELRO = 0x6474e552;
export const PT_GNU_PROPERTY = 0x6474e553;

/** p_flags. */
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** The first word of NT_GNU_ABI_TAG. */
export const ELF_NOTE_OS_LINUX = 0;

/** sh_type. */
export const SHT_NULL = 0;
export const SHT_PROGBITS = 1;
export const SHT_SYMTAB = 2;
export const SHT_STRTAB = 3;
export const SHT_RELA = 4;
export const SHT_HASH = 5;
export const SHT_DYNAMIC = 6;
export const SHT_NOTE = 7;
export const SHT_NOBITS = 8;
export const SHT_REL = 9;
export const SHT_DYNSYM = 11;
export const SHT_INIT_ARRAY = 14;
export const SHT_FINI_ARRAY = 15;
export const SHT_PREINIT_ARRAY = 16;
export const SHT_RELR = 19;
export const SHT_GNU_HASH = 0x6ffffff6;
export const SHT_GNU_VERDEF = 0x6ffffffd;
export const SHT_GNU_VERNEED = 0x6ffffffe;
export const SHT_GNU_VERSYM = 0x6fffffff;

/** sh_flags; SHF_ALLOC: the section is part of a segment. */
export const SHF_WRITE = 1;
export const SHF_ALLOC = 2;
export const SHF_EXECINSTR = 4;
export const SHF_TLS = 0x400;

/** st_shndx. */
export const SHN_UNDEF = 0;
export const SHN_ABS = 0xfff1;
export const SHN_XINDEX = 0xffff;

/** st_info: binding. */
export const STB_LOCAL = 0;
export const STB_GLOBAL = 1;
export const STB_WEAK = 2;
export const STB_GNU_UNIQUE = 10;

/** st_info: type. */
export const STT_NOTYPE = 0;
export const STT_OBJECT = 1;
export const STT_FUNC = 2;
export const STT_SECTION = 3;
export const STT_COMMON = 5;
export const STT_TLS = 6;
export const STT_GNU_IFUNC = 10;
export const STT_SPARC_REGISTER = 13;

/** st_other: visibility. */
export const STV_INTERNAL = 1;
export const STV_HIDDEN = 2;

/** d_tag. */
export const DT_NULL = 0;
export const DT_NEEDED = 1;
export const DT_PLTRELSZ = 2;
export const DT_PLTGOT = 3;
export const DT_HASH = 4;
export const DT_STRTAB = 5;
export const DT_SYMTAB = 6;
export const DT_RELA = 7;
export const DT_RELASZ = 8;
export const DT_RELAENT = 9;
export const DT_STRSZ = 10;
export const DT_SYMENT = 11;
export const DT_INIT = 12;
export const DT_FINI = 13;
export const DT_SONAME = 14;
export const DT_RPATH = 15;
export const DT_SYMBOLIC = 16;
export const DT_REL = 17;
export const DT_RELSZ = 18;
export const DT_RELENT = 19;
export const DT_PLTREL = 20;
export const DT_TEXTREL = 22;
export const DT_JMPREL = 23;
export const DT_BIND_NOW = 24;
export const DT_INIT_ARRAY = 25;
export const DT_FINI_ARRAY = 26;
export const DT_INIT_ARRAYSZ = 27;
export const DT_FINI_ARRAYSZ = 28;
export const DT_RUNPATH = 29;
export const DT_FLAGS = 30;
export const DT_PREINIT_ARRAY = 32;
export const DT_PREINIT_ARRAYSZ = 33;
export const DT_RELRSZ = 35;
export const DT_RELR = 36;
export const DT_RELRENT = 37;
export const DT_ANDROID_REL = 0x6000000f;
export const DT_ANDROID_RELSZ = 0x60000010;
export const DT_ANDROID_RELA = 0x60000011;
export const DT_ANDROID_RELASZ = 0x60000012;
export const DT_ANDROID_RELR = 0x6fffe000;
export const DT_GNU_HASH = 0x6ffffef5;
export const DT_DEPAUDIT = 0x6ffffefb;
export const DT_AUDIT = 0x6ffffefc;
export const DT_VERSYM = 0x6ffffff0;
export const DT_RELACOUNT = 0x6ffffff9;
export const DT_RELCOUNT = 0x6ffffffa;
export const DT_FLAGS_1 = 0x6ffffffb;
export const DT_VERDEF = 0x6ffffffc;
export const DT_VERDEFNUM = 0x6ffffffd;
export const DT_VERNEED = 0x6ffffffe;
export const DT_VERNEEDNUM = 0x6fffffff;
export const DT_AUXILIARY = 0x7ffffffd;
export const DT_FILTER = 0x7fffffff;
export const DT_X86_64_PLT = 0x70000000;
export const DT_MIPS_SYMTABNO = 0x70000011;
export const DT_MIPS_GOTSYM = 0x70000013;
export const DT_MIPS_XHASH = 0x70000036;

/** DT_FLAGS. */
export const DF_SYMBOLIC = 2;
export const DF_TEXTREL = 4;
export const DF_BIND_NOW = 8;

/** DT_FLAGS_1. */
export const DF_1_NOW = 1;
export const DF_1_NOOPEN = 0x40;
export const DF_1_NODEFLIB = 0x800;
export const DF_1_PIE = 0x0800_0000;
