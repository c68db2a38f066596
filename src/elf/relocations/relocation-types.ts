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
  2: of(19, 21, 22, 248, 249), // SPARC
  3: of(5, 7, 8, 42), // i386
  4: of(19, 21, 22), // m68k
  8: of(126, 127, null), // MIPS: R_MIPS_REL32 is relative when it names no symbol
  20: of(19, 21, 22, 248), // PowerPC
  21: of(19, 21, 22, 247, 248), // PowerPC 64
  22: of(9, 11, 12, 61), // S/390
  40: of(20, 22, 23, 160), // ARM
  42: of(162, 164, 165), // SuperH
  43: of(19, 21, 22, 248, 249), // SPARC v9
  62: { copy: 5, jumpSlot: 7, irelative: [37], withoutSymbol: [0, 8, 38] }, // x86-64; 38 is RELATIVE64 of x32
  183: of(1024, 1026, 1027, 1032), // AArch64
  243: of(4, 5, 3, 58), // RISC-V
  258: of(4, 5, 3, 12), // LoongArch
  36902: of(24, 26, 27), // Alpha
};

/** AArch64 ILP32 has numbers of its own (R_AARCH64_P32_*). */
const aarch64Ilp32 = of(180, 182, 183, 188);

/** Null for a machine that the table lacks: then no relocation can be called lazy or a copy. */
export function relocationTypesOf(machine: number, elfClass: ElfClass): RelocationTypes | null {
  if (machine === 183 && elfClass === 32) return aarch64Ilp32;
  return byMachine[machine] ?? null;
}
