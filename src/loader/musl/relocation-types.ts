import {
  EM_386,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_X86_64,
} from '../../elf/constants.ts';
import { machineKey } from '../../elf/machine.ts';

/** Which relocation types musl applies on each architecture (arch/ARCH/reloc.h), by e_machine and class (M10, M32). */
interface SupportedTypes {
  readonly types: ReadonlySet<number>;
  /** REL_PLT and REL_GOT: those that a lazy dlopen may leave for later (M31). */
  readonly deferrable: ReadonlySet<number>;
  readonly copy: number | null;
  /** Absolute and relative addresses: linkers leave them in any section, the others only in writable ones (GOT, .bss). */
  readonly anywhere: ReadonlySet<number>;
  /** DTPMOD, TPOFF and TLSDESC: they read the object that defines the symbol, which must be there. */
  readonly readsDefiner: ReadonlySet<number>;
}

const supported = (
  types: readonly number[],
  deferrable: readonly number[],
  copy: number | null,
  anywhere: readonly number[],
  readsDefiner: readonly number[],
): SupportedTypes => ({
  types: new Set(types),
  deferrable: new Set(deferrable),
  copy,
  anywhere: new Set(anywhere),
  readsDefiner: new Set(readsDefiner),
});

const tables: Readonly<Record<string, SupportedTypes>> = {
  // x86_64: SYMBOLIC 1, OFFSET32 2, COPY 5, GOT 6, PLT 7, RELATIVE 8, DTPMOD 16, DTPOFF 17, TPOFF 18, TLSDESC 36
  [machineKey(EM_X86_64, 64)]: supported(
    [0, 1, 2, 5, 6, 7, 8, 16, 17, 18, 36],
    [6, 7],
    5,
    [1, 2, 8],
    [16, 18, 36],
  ),
  // x32
  [machineKey(EM_X86_64, 32)]: supported(
    [0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 36, 38],
    [6, 7],
    5,
    [1, 2, 8, 10, 38],
    [16, 18, 36],
  ),
  // i386: SYMBOLIC 1, OFFSET 2, COPY 5, GOT 6, PLT 7, RELATIVE 8, TPOFF 14, DTPMOD 35, DTPOFF 36, TPOFF_NEG 37, TLSDESC 41
  [machineKey(EM_386, 32)]: supported(
    [0, 1, 2, 5, 6, 7, 8, 14, 35, 36, 37, 41],
    [6, 7],
    5,
    [1, 2, 8],
    [14, 35, 37, 41],
  ),
  // aarch64: SYMBOLIC 257, COPY 1024, GOT 1025, PLT 1026, RELATIVE 1027, DTPMOD 1028, DTPOFF 1029, TPOFF 1030, TLSDESC 1031
  [machineKey(EM_AARCH64, 64)]: supported(
    [0, 257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031],
    [1025, 1026],
    1024,
    [257, 1027],
    [1028, 1030, 1031],
  ),
  // arm: TLSDESC 13, DTPMOD 17, DTPOFF 18, TPOFF 19, COPY 20, GOT 21, PLT 22, RELATIVE 23, SYMBOLIC 2
  [machineKey(EM_ARM, 32)]: supported(
    [0, 2, 13, 17, 18, 19, 20, 21, 22, 23],
    [21, 22],
    20,
    [2, 23],
    [13, 17, 19],
  ),
  // riscv64: SYMBOLIC 2, RELATIVE 3, COPY 4, PLT 5, DTPMOD 7, DTPOFF 9, TPOFF 11
  [machineKey(EM_RISCV, 64)]: supported([0, 2, 3, 4, 5, 7, 9, 11, 12], [5], 4, [2, 3], [7, 11, 12]),
  // powerpc64: SYMBOLIC 38, SYM_OR_REL 43, COPY 19, GOT 20, PLT 21, RELATIVE 22, DTPMOD 68, TPOFF 73, DTPOFF 78
  [machineKey(EM_PPC64, 64)]: supported(
    [0, 19, 20, 21, 22, 38, 43, 68, 73, 78],
    [20, 21],
    19,
    [22, 38, 43],
    [68, 73],
  ),
  // s390x: SYMBOLIC 22, COPY 9, GOT 10, PLT 11, RELATIVE 12, DTPMOD 54, DTPOFF 55, TPOFF 56
  [machineKey(EM_S390, 64)]: supported([0, 9, 10, 11, 12, 22, 54, 55, 56], [10, 11], 9, [12, 22], [54, 56]),
  // loongarch64: SYMBOLIC 2, RELATIVE 3, COPY 4, PLT 5, DTPMOD 7, DTPOFF 9, TPOFF 11, TLSDESC 14
  [machineKey(EM_LOONGARCH, 64)]: supported([0, 2, 3, 4, 5, 7, 9, 11, 14], [5], 4, [2, 3], [7, 11, 14]),
  // mips: SYM_OR_REL 3 (o32) or 4611 (n64), PLT 127, COPY 126, DTPMOD 38 / 40, DTPOFF 39 / 41, TPOFF 47 / 48. The global
  // part of the GOT, noted as 2 where it has no stub (elf/relocations/mips-got.ts), is relocated as PLT (do_mips_relocs).
  [machineKey(EM_MIPS, 32)]: supported([0, 2, 3, 38, 39, 47, 126, 127], [2, 127], 126, [3], [38, 47]),
  [machineKey(EM_MIPS, 64)]: supported([0, 2, 40, 41, 48, 126, 127, 4611], [2, 127], 126, [4611], [40, 48]),
};

/** The relocation types that musl for this machine and class applies; null for a machine that is not listed. */
export function supportedRelocations(machine: number, elfClass: 32 | 64): SupportedTypes | null {
  return tables[machineKey(machine, elfClass)] ?? null;
}
