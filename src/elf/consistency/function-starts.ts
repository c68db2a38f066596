import type { RangeReader } from '../bytes/range-reader.ts';
import { EM_386, EM_AARCH64, EM_PPC64, EM_X86_64, PF_X, SHF_EXECINSTR } from '../constants.ts';
import type { Segment } from '../elf-file.ts';
import { allocatedSections, type Section } from '../section-table.ts';
import { fileRangeOf } from '../segments.ts';
import { FrameIndex } from './frame-index.ts';
import type { Memory } from './memory.ts';

/** Of these machines some ten thousand files were read, with more than a million functions: all keep the closer rules. */
export const measuredMachines = new Set([EM_X86_64, EM_386, EM_AARCH64]);

/** `ret`, `nop`, what follows `0f 1f …` and fills sections, `int3`, `hlt`. */
const ends = new Set([0xc3, 0x90, 0x00, 0xcc, 0xf4]);
const longest = 8;

/** Whether bytes of x86 code end what comes before a function: a return, a jump, a call that does not return, or padding. */
function endsCode(before: Buffer): boolean {
  const from = (count: number) => before[before.length - count];
  const last = from(1) ?? 0;
  if (ends.has(last)) return true;
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
    if (isFirst || endsCode(around.raw.subarray(0, longest))) return true;
    return this.#code.length === 0 && beginsCode(this.#reader.peek(range.offset, 4)?.raw ?? null);
  }
}
