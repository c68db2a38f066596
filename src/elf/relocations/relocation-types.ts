import {
  EM_68K,
  EM_386,
  EM_AARCH64,
  EM_ALPHA,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_SH,
  EM_SPARC,
  EM_SPARCV9,
  EM_X86_64,
} from '../constants.ts';
import type { ElfClass } from '../elf-file.ts';

/** The R_* numbers of a machine that decide how a relocation is bound. */
export interface RelocationTypes {
  readonly copy: number;
  readonly jumpSlot: number;
  /** R_*_IRELATIVE, and R_*_JMP_IREL where there is one; empty where the machine has neither. */
  readonly irelative: readonly number[];
  /** Types for which the loader looks up no symbol, whatever r_info says: R_*_NONE and R_*_RELATIVE. */
  readonly withoutSymbol: readonly number[];
}

const of = (
  copy: number,
  jumpSlot: number,
  relative: number | null,
  ...irelative: number[]
): RelocationTypes => ({
  copy,
  jumpSlot,
  irelative,
  withoutSymbol: relative === null ? [0] : [0, relative],
});

/** By e_machine; numbers from glibc elf/elf.h. */
const byMachine: Readonly<Record<number, RelocationTypes>> = {
  [EM_SPARC]: of(19, 21, 22, 248, 249),
  [EM_386]: of(5, 7, 8, 42),
  [EM_68K]: of(19, 21, 22),
  [EM_MIPS]: of(126, 127, null), // R_MIPS_REL32 is relative when it names no symbol
  [EM_PPC]: of(19, 21, 22, 248),
  [EM_PPC64]: of(19, 21, 22, 247, 248),
  [EM_S390]: of(9, 11, 12, 61),
  [EM_ARM]: of(20, 22, 23, 160),
  [EM_SH]: of(162, 164, 165),
  [EM_SPARCV9]: of(19, 21, 22, 248, 249),
  [EM_X86_64]: { copy: 5, jumpSlot: 7, irelative: [37], withoutSymbol: [0, 8, 38] }, // 38 is RELATIVE64 of x32
  [EM_AARCH64]: of(1024, 1026, 1027, 1032),
  [EM_RISCV]: of(4, 5, 3, 58),
  [EM_LOONGARCH]: of(4, 5, 3, 12),
  [EM_ALPHA]: of(24, 26, 27),
};

/** AArch64 ILP32 has numbers of its own (R_AARCH64_P32_*). */
const aarch64Ilp32 = of(180, 182, 183, 188);

/** Null for a machine that the table lacks: then no relocation can be called lazy or a copy. */
export function relocationTypesOf(machine: number, elfClass: ElfClass): RelocationTypes | null {
  if (machine === EM_AARCH64 && elfClass === 32) return aarch64Ilp32;
  return byMachine[machine] ?? null;
}
