import { PT_LOAD } from '../constants.ts';
import type { Segment } from '../elf-file.ts';

/** Bytes of a page, the smallest that machines have: what follows a segment in its last page is mapped as well. */
const pageSize = 4096;

interface Area {
  readonly from: number;
  readonly to: number;
  readonly flags: number;
}

/** What the PT_LOAD segments make of the address space. Addresses are those of the file, before the load address is added. */
export class Memory {
  readonly #areas: readonly Area[];
  #last: Area | null = null;

  constructor(segments: readonly Segment[]) {
    this.#areas = segments
      .filter(({ type, memsz }) => type === PT_LOAD && memsz > 0)
      .map(({ vaddr, memsz, flags }) => ({
        from: vaddr,
        to: Math.ceil((vaddr + memsz) / pageSize) * pageSize,
        flags,
      }));
  }

  /** The flags (PF_*) of the segment that holds `size` bytes from `address` on; null when none holds them all. */
  flagsAt(address: number, size: number): number | null {
    const last = this.#last;
    if (last !== null && address >= last.from && address + size <= last.to) return last.flags;
    const area = this.#areas.findLast(({ from, to }) => address >= from && address + size <= to);
    if (area === undefined) return null;
    this.#last = area;
    return area.flags;
  }

  /** All of it lies in one segment that has these flags. */
  has(address: number, size: number, flags: number): boolean {
    const found = this.flagsAt(address, size);
    return found !== null && (found & flags) === flags;
  }
}
