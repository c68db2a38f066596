import type { Bytes } from '../bytes/bytes.ts';
import { EM_386, EM_AARCH64, EM_X86_64 } from '../constants.ts';

/** What a function of one instruction returns: a number or an address. */
export type FunctionResult = { readonly number: number } | { readonly address: number };

const endbr64 = 0xfa1e0ff3;
const endbr32 = 0xfb1e0ff3;
const pushFrame = 0xe5894855;

/** `mov eax, N` and `lea rax, [rip+N]` in front of `ret`, behind `endbr64` and a frame pointer where there are some. */
function resultOnX86(code: Bytes, address: number): FunctionResult | null {
  let at = 0;
  const [first, frame] = [code.u32(0), code.u32(4)];
  if (first === endbr64 || first === endbr32) at = 4;
  if ((at === 0 ? first : frame) === pushFrame) at += 4;
  const end = at > 0 && code.u32(at - 4) === pushFrame ? 0x5d : 0xc3;
  if (code.u8(at) === 0xb8 && code.u8(at + 5) === end) return { number: code.u32(at + 1) };
  const isLea = code.u8(at) === 0x48 && code.u8(at + 1) === 0x8d && code.u8(at + 2) === 0x05;
  if (!isLea || code.u8(at + 7) !== end) return null;
  return { address: address + at + 7 + (code.u32(at + 3) | 0) };
}

const bti = 0xd503245f;
const ret = 0xd65f03c0;

/** `mov w0, N` and `adrp x0, PAGE; add x0, x0, N` in front of `ret`, behind `bti c` where it is there. */
function resultOnArm64(code: Bytes, address: number): FunctionResult | null {
  const at = code.u32(0) === bti ? 4 : 0;
  const [first, second, third] = [code.u32(at), code.u32(at + 4), code.u32(at + 8)];
  if ((first & 0xffe0_001f) >>> 0 === 0x5280_0000 && second === ret)
    return { number: (first >>> 5) & 0xffff };
  const isAdrp = (first & 0x9f00_001f) >>> 0 === 0x9000_0000;
  if (!isAdrp || (second & 0xffc0_03ff) >>> 0 !== 0x9100_0000 || third !== ret) return null;
  const pages = ((((first >>> 5) & 0x7ffff) << 13) >> 11) | ((first >>> 29) & 3);
  const page = Math.floor((address + at) / 4096) + pages;
  return { address: page * 4096 + ((second >>> 10) & 0xfff) };
}

/** Enough for the instructions that are known. */
export const codeLength = 20;

/** What the function whose first `codeLength` bytes are `code` (zeros where the file ends before) returns at `address`; null when it does more than that. */
export function functionResult(code: Bytes, address: number, machine: number): FunctionResult | null {
  if (machine === EM_X86_64) return resultOnX86(code, address);
  if (machine === EM_AARCH64) return resultOnArm64(code, address);
  const result = machine === EM_386 ? resultOnX86(code, address) : null;
  return result !== null && 'number' in result ? result : null;
}
