import { EM_386, EM_X86_64 } from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import { isBoundNow } from './lazy-slots.ts';
import type { MemoryView } from './memory-view.ts';

/** `endbr64` and `endbr32`, read as big-endian words. */
const landingPads = new Set([0xf30f1efa, 0xf30f1efb]);
const pushNumber = 0x68;

/**
 * On x86 a jump slot holds, until it is bound, the address of `push $n` in its own stub of the PLT, and n tells the loader
 * which relocation to bind: its number, or on i386 its place in DT_JMPREL (psABI, Procedure Linkage Table). Where a stub pushes
 * no number, as mold's, nothing is known.
 */
export class LazyStubs {
  readonly #view: MemoryView;
  /** What n is multiplied by; 0 where stubs are not looked at. */
  readonly #unit: number;

  constructor(view: MemoryView, machine: number, tags: DynamicTags) {
    this.#view = view;
    // sizeof (Elf32_Rel)
    this.#unit = isBoundNow(tags) ? 0 : machine === EM_X86_64 ? 1 : machine === EM_386 ? 8 : 0;
  }

  /** The stub of the slot at `place` asks for another relocation than the one with this number. */
  asksForAnother(place: number, number: number): boolean {
    if (this.#unit === 0) return false;
    const address = this.#view.words.at(place);
    const code = address === null || address === 0 ? null : this.#view.code.bytesAt(address, 9);
    if (code === null) return false;
    const at = landingPads.has(code.readUInt32BE(0)) ? 4 : 0;
    return code[at] === pushNumber && code.readUInt32LE(at + 1) !== number * this.#unit;
  }
}
