import type { Bytes } from './bytes/bytes.ts';

const GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;
const GNU_PROPERTY_X86_ISA_1_USED = 0xc0010002;

/** GNU_PROPERTY_X86_ISA_1_* bits; null when absent. */
export interface X86Isa {
  readonly needed: number | null;
  readonly used: number | null;
}

/** NT_GNU_PROPERTY_TYPE_0: properties one after the other, each padded to the file's word size (x86-64 psABI, Linux gABI extensions). */
export function readX86Isa(desc: Bytes, elfClass: 32 | 64): X86Isa {
  const align = elfClass / 8;
  let needed: number | null = null;
  let used: number | null = null;
  let start = 0;
  while (start + 8 <= desc.length) {
    const type = desc.u32(start);
    const size = desc.u32(start + 4);
    const isWord = size === 4 && start + 12 <= desc.length;
    if (isWord && type === GNU_PROPERTY_X86_ISA_1_NEEDED) needed = desc.u32(start + 8);
    if (isWord && type === GNU_PROPERTY_X86_ISA_1_USED) used = desc.u32(start + 8);
    start += 8 + Math.ceil(size / align) * align;
  }
  return { needed, used };
}
