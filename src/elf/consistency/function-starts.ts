import type { RangeReader } from '../bytes/range-reader.ts';
import { EM_386, EM_AARCH64, EM_PPC64, EM_X86_64, PF_X, SHF_EXECINSTR } from '../constants.ts';
import type { Segment } from '../elf-file.ts';
import { allocatedSections, type Section } from '../section-table.ts';
import { fileRangeOf } from '../segments.ts';
import { FrameIndex } from './frame-index.ts';
import type { Memory } from './memory.ts';

/** Of these machines some ten thousand files were read, with more than a million functions: all keep the closer rules. */
export const measuredMachines = new Set([EM_X86_64, EM_386, EM_AARCH64]);

/** Before `c3`, and behind a prefix REX: it is the operand of a `mov`, `test`, `add`, `xor`, … and not `ret`. */
const withOperand = new Set([0x89, 0x8b, 0x85, 0x01, 0x03, 0x31, 0x33, 0x39, 0x3b, 0x29, 0x2b]);

/** `ret`, `nop`, `int3`, `hlt`. */
const ends = new Set([0xc3, 0x90, 0xcc, 0xf4]);
/** How `nop` and `lea` that fill end, by hexadecimal digits, and what fills sections. */
const filler =
  /(0f1f00|0f1f4000|0f1f440000|0f1f8000000000|0f1f840000000000|8d7600|8d742600|8d7f00|8d7c2700|8db600000000|8db42600000000|8dbf00000000|8dbc2700000000|0{16})$/;
const longest = 8;

/**
 * Whether bytes of x86 code end what comes before a function: a return, a jump, a call that does not return, or padding. An
 * immediate number ends with zeros too, so they count where they are part of a known filler, or `zerosCount`.
 */
function endsCode(before: Buffer, zerosCount: boolean): boolean {
  const from = (count: number) => before[before.length - count];
  const last = from(1) ?? 0;
  if (last === 0xc3 && withOperand.has(from(2) ?? 0) && (from(3) ?? 0) >>> 3 === 9) return false;
  if (ends.has(last)) return true;
  if (last === 0 && (zerosCount || filler.test(before.toString('hex')))) return true;
  const jumps = [0xe8, 0xe9].includes(from(5) ?? 0) || from(2) === 0xeb;
  const isTrap = from(2) === 0x0f && last === 0x0b;
  const jumpsByRegister = from(2) === 0xff && last >= 0xe0 && last <= 0xe7;
  const goesByMemory = from(6) === 0xff && [0x15, 0x25].includes(from(5) ?? 0);
  // `ud1 0x16(%rax),%eax`, with which clang fills on x86-64.
  const isFiller = from(5) === 0x67 && from(4) === 0x0f && from(3) === 0xb9;
  return jumps || isTrap || jumpsByRegister || goesByMemory || isFiller;
}

/**
 * Whether bytes of x86 code are `endbr64` or `endbr32`, or what crti.o begins `.init` and `.fini` with. Without section headers
 * nothing else tells that data ends before them.
 */
function beginsCode(code: Buffer | null): boolean {
  const begin = code?.toString('hex') ?? '';
  return ['f30f1efa', 'f30f1efb', '4883ec08', '5383ec08'].includes(begin);
}

/** Which addresses can be those of functions, by all that a file tells about its code. */
export class FunctionStarts {
  readonly #reader: RangeReader;
  readonly #memory: Memory;
  readonly #segments: readonly Segment[];
  readonly #machine: number;
  readonly #code: readonly Section[];
  readonly #frames: FrameIndex | null;

  constructor(
    reader: RangeReader,
    memory: Memory,
    segments: readonly Segment[],
    sections: readonly Section[],
    machine: number,
  ) {
    this.#reader = reader;
    this.#memory = memory;
    this.#segments = segments;
    this.#machine = machine;
    this.#code = allocatedSections(sections).filter(({ flags }) => (flags & SHF_EXECINSTR) !== 0);
    this.#frames = measuredMachines.has(machine) ? FrameIndex.of(reader, segments) : null;
  }

  /** Why no function begins at an address; null when one may. `name` is the subject of the sentence. */
  reasonAgainst(address: number, name: string): string | null {
    // Functions of PowerPC 64 (ELFv1) are descriptors in data.
    if (this.#machine === EM_PPC64) return null;
    if (!this.#memory.has(address, 1, PF_X)) return `${name} lies in no code`;
    return this.beginsWithin(address) || !this.#mayBegin(address)
      ? `${name} does not lead to the begin of a function`
      : null;
  }

  /** The address lies within a function, behind its begin (.eh_frame_hdr). */
  beginsWithin(address: number): boolean {
    return this.#frames?.isInside(address) ?? false;
  }

  /** Unwind information says that a function begins there. */
  isKnownBegin(address: number): boolean {
    return this.#frames?.isBegin(address) ?? false;
  }

  #mayBegin(address: number): boolean {
    const range = fileRangeOf(this.#segments, address);
    if (range === null || !measuredMachines.has(this.#machine)) return range !== null;
    const isIn = (section: Section) => address >= section.address && address < section.address + section.size;
    if (this.#code.length > 0 && !this.#code.some(isIn)) return false;
    if (this.isKnownBegin(address)) return true;
    if (this.#machine === EM_AARCH64) return address % 4 === 0;
    const isFirst =
      this.#segments.some(({ vaddr }) => vaddr === address) ||
      this.#code.some((section) => section.address === address);
    const around = this.#reader.peek(range.offset - longest, longest + 2);
    if (around === null) return true;
    // `add %al,(%rax)`: what is filled with zeros.
    if (around.u16(longest) === 0) return false;
    // UPX has data before its entry point, and no section headers.
    const isBare = this.#code.length === 0;
    if (isFirst || endsCode(around.raw.subarray(0, longest), isBare)) return true;
    return isBare && beginsCode(this.#reader.peek(range.offset, 4)?.raw ?? null);
  }
}
