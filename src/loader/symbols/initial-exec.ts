/** R_*_TPOFF and its like: an offset from the thread pointer, which only TLS with a fixed place can have (initial-exec). */
const typesByMachine: Readonly<Record<string, readonly number[]>> = {
  '3/32': [14, 37], // i386: TLS_TPOFF, TLS_TPOFF32
  '8/32': [47], // MIPS: TLS_TPREL32
  '8/64': [48], // MIPS: TLS_TPREL64
  '21/64': [73], // PowerPC 64: TPREL64
  '22/64': [56], // S/390: TLS_TPOFF
  '40/32': [19], // ARM: TLS_TPOFF32
  '62/32': [18], // x32: TPOFF64
  '62/64': [18], // x86-64: TPOFF64
  '183/64': [1030], // AArch64: TLS_TPREL
  '243/64': [11], // RISC-V: TLS_TPREL64
  '258/64': [11], // LoongArch: TLS_TPREL64
};

/** Whether a relocation type of that machine wants thread-local storage at a fixed offset (G62, M44). */
export function wantsThreadOffset(type: number, machine: number, elfClass: 32 | 64): boolean {
  return typesByMachine[`${machine}/${elfClass}`]?.includes(type) ?? false;
}
