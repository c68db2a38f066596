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

/** R_*_TPOFF and its like: an offset from the thread pointer, which only TLS with a fixed place can have (initial-exec). */
const typesByMachine: Readonly<Record<string, readonly number[]>> = {
  [machineKey(EM_386, 32)]: [14, 37], // TLS_TPOFF, TLS_TPOFF32
  [machineKey(EM_MIPS, 32)]: [47], // TLS_TPREL32
  [machineKey(EM_MIPS, 64)]: [48], // TLS_TPREL64
  [machineKey(EM_PPC64, 64)]: [73], // TPREL64
  [machineKey(EM_S390, 64)]: [56], // TLS_TPOFF
  [machineKey(EM_ARM, 32)]: [19], // TLS_TPOFF32
  [machineKey(EM_X86_64, 32)]: [18], // TPOFF64
  [machineKey(EM_X86_64, 64)]: [18], // TPOFF64
  [machineKey(EM_AARCH64, 64)]: [1030], // TLS_TPREL
  [machineKey(EM_RISCV, 64)]: [11], // TLS_TPREL64
  [machineKey(EM_LOONGARCH, 64)]: [11], // TLS_TPREL64
};

/** Whether a relocation type of that machine requires thread-local storage at a fixed offset (G62, M44). */
export function needsThreadOffset(type: number, machine: number, elfClass: 32 | 64): boolean {
  return typesByMachine[machineKey(machine, elfClass)]?.includes(type) ?? false;
}
