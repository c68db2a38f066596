import { PT_DYNAMIC, PT_LOAD } from '../constants.ts';
import type { ElfClass, Segment } from '../elf-file.ts';

/** Bytes of a page, the smallest that machines have: what follows a segment in its last page is mapped as well. */
const pageSize = 4096;

interface Area {
  readonly from: number;
  /** Where the bytes of the file end, and zeros begin. */
  readonly filled: number;
  readonly to: number;
  readonly flags: number;
}

/** Bytes of the file header and of one program header, by class. */
const headerSizes = { 32: [52, 32], 64: [64, 56] } as const;

/** What the PT_LOAD segments make of the address space. Addresses are those of the file, before the load address is added. */
export class Memory {
  readonly #areas: readonly Area[];
  readonly #dynamic: Segment | null;
  readonly #headers: { readonly from: number; readonly table: number; readonly to: number } | null;
  #last: Area | null = null;

  constructor(segments: readonly Segment[], elfClass: ElfClass) {
    this.#areas = segments
      .filter(({ type, memsz }) => type === PT_LOAD && memsz > 0)
      .map(({ vaddr, filesz, memsz, flags }) => ({
        from: vaddr,
        filled: vaddr + filesz,
        to: Math.ceil((vaddr + memsz) / pageSize) * pageSize,
        flags,
      }));
    this.#dynamic = segments.findLast(({ type }) => type === PT_DYNAMIC) ?? null;
    const first = segments.find(({ type, offset, filesz }) => type === PT_LOAD && offset === 0 && filesz > 0);
    const [file, each] = headerSizes[elfClass];
    const table = (first?.vaddr ?? 0) + file;
    this.#headers =
      first === undefined ? null : { from: table - file, table, to: table + segments.length * each };
  }

  /** Within the file header or the program headers, behind the begin of either: nothing of a program or library leads there. */
  isInHeaders(address: number): boolean {
    if (this.#headers === null) return false;
    const { from, table, to } = this.#headers;
    return address > from && address < to && address !== table;
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

  #areaAt(address: number): Area | undefined {
    return this.#areas.findLast(({ from, to }) => address >= from && address < to);
  }

  /** The address lies in a segment, behind the bytes that the file has for it: zero at start. */
  isCleared(address: number): boolean {
    const area = this.#areaAt(address);
    return area !== undefined && address >= area.filled;
  }

  /** The address lies on a page for which the file has no byte: what stands there is zero. */
  isZeroPage(address: number): boolean {
    const area = this.#areaAt(address);
    return area !== undefined && Math.floor(address / pageSize) * pageSize >= area.filled;
  }

  /** The address lies in the dynamic segment, of which loaders read every word before they relocate. */
  isInDynamic(address: number): boolean {
    const { vaddr, filesz } = this.#dynamic ?? { vaddr: 0, filesz: 0 };
    return address >= vaddr && address < vaddr + filesz;
  }

  /** All of it lies in one segment that has these flags. */
  has(address: number, size: number, flags: number): boolean {
    const found = this.flagsAt(address, size);
    return found !== null && (found & flags) === flags;
  }
}
