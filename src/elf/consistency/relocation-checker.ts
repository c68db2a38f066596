import type { RangeReader } from '../bytes/range-reader.ts';
import {
  DF_TEXTREL,
  DT_FLAGS,
  DT_JMPREL,
  DT_PLTGOT,
  DT_TEXTREL,
  DT_X86_64_PLT,
  EM_386,
  EM_AARCH64,
  EM_RISCV,
  EM_X86_64,
  PF_W,
  PF_X,
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { ElfClass, RelocationTable } from '../elf-file.ts';
import { relocationTypesOf } from '../relocations/relocation-types.ts';
import { type FunctionArray, functionArrays } from './function-arrays.ts';
import type { Memory } from './memory.ts';

/** One entry of a relocation table. */
export interface RelocationEntry {
  /** r_offset. */
  readonly place: number;
  readonly symbol: number;
  readonly type: number;
  /** r_addend, modulo 2^64 above the sign; null in a table without addends. */
  readonly addend: number | null;
}

interface Numbers {
  readonly relative: readonly number[];
  readonly irelative: readonly number[];
  /** Slots of GOT and PLT, which only a symbol fills: JUMP_SLOT, GLOB_DAT, COPY. */
  readonly slots: readonly number[];
  readonly jumpSlot: number;
  readonly copy: number;
}

/** R_*_GLOB_DAT of the machines whose tables are checked closely. */
const globDat: Readonly<Record<number, number>> = { [EM_X86_64]: 6, [EM_386]: 6, [EM_AARCH64]: 1025 };
const closelyChecked = new Set([EM_X86_64, EM_386, EM_AARCH64, EM_RISCV]);

function numbersOf(machine: number, elfClass: ElfClass): Numbers | null {
  const types = relocationTypesOf(machine, elfClass);
  if (types === null || !closelyChecked.has(machine)) return null;
  const got = globDat[machine];
  return {
    relative: types.withoutSymbol.filter((type) => type !== 0),
    irelative: types.irelative,
    slots: [types.jumpSlot, types.copy, ...(got === undefined ? [] : [got])],
    jumpSlot: types.jumpSlot,
    copy: types.copy,
  };
}

/**
 * Compares relocations with the segments that they write to. A loader writes wherever r_offset says (K15): into nothing or
 * into what is read-only that is a crash, elsewhere it overwrites what is there.
 */
export class RelocationChecker {
  readonly #reader: RangeReader;
  readonly #memory: Memory;
  readonly #numbers: Numbers | null;
  /** DT_TEXTREL: the loader makes all segments writable first. */
  readonly #textrel: boolean;
  readonly #arrays: readonly FunctionArray[];
  /** DT_X86_64_PLT: `-z mark-plt` notes the address of the PLT entry as the addend of a jump slot. */
  readonly #marked: boolean;
  readonly #word: number;
  /** The three words at DT_PLTGOT that are the loader's (x86). */
  readonly #reserved: { readonly from: number; readonly to: number } | null;
  /** What each relocation but the relative ones writes to: no linker has two write to one place. */
  readonly #written = new Set<number>();
  readonly #called = new Set<number>();
  #firstSlot: number | null = null;
  #writesReadOnly = false;
  #filledPointers = 0;
  #broken = false;

  constructor(reader: RangeReader, memory: Memory, machine: number, tags: DynamicTags) {
    this.#reader = reader;
    this.#memory = memory;
    this.#numbers = numbersOf(machine, reader.layout.class);
    this.#textrel = tags.has(DT_TEXTREL) || ((tags.value(DT_FLAGS) ?? 0) & DF_TEXTREL) !== 0;
    this.#arrays = functionArrays(tags);
    this.#marked = machine === EM_X86_64 && tags.has(DT_X86_64_PLT);
    this.#word = reader.layout.class / 8;
    const got =
      tags.has(DT_JMPREL) && (machine === EM_X86_64 || machine === EM_386) ? tags.value(DT_PLTGOT) : null;
    this.#reserved = got === null ? null : { from: got, to: got + 3 * this.#word };
  }

  /** Places of all relocations but the relative ones. */
  get written(): ReadonlySet<number> {
    return this.#written;
  }

  /** Some relocation writes into a segment that is mapped read-only. */
  get writesReadOnly(): boolean {
    return this.#writesReadOnly;
  }

  /** How many relocations fill pointers to functions that run at start or at exit. */
  get filledPointers(): number {
    return this.#filledPointers;
  }

  /** The lowest place of a jump slot; null when there is none. */
  get firstSlot(): number | null {
    return this.#firstSlot;
  }

  /** Records a defect when the entry is one that no linker writes; `counted`: DT_RELACOUNT says that it is relative. */
  check(entry: RelocationEntry, table: RelocationTable, counted: boolean): void {
    if (this.#broken) return;
    const numbers = this.#numbers;
    const reason =
      this.#oddPlace(entry) ?? (numbers === null ? null : this.#odd(entry, table, counted, numbers));
    if (reason === null) return;
    this.#broken = true;
    this.#reader.defect('relocations', reason);
  }

  #oddPlace({ place, type }: RelocationEntry): string | null {
    if (type === 0) return null;
    const flags = this.#memory.flagsAt(place, 1);
    if (flags === null) return 'a relocation writes where nothing is mapped';
    if (this.#arrays.some(({ from, to }) => place >= from && place < to)) this.#filledPointers++;
    if ((flags & PF_W) === 0) this.#writesReadOnly = true;
    return this.#writesReadOnly && !this.#textrel ? 'a relocation writes into a read-only segment' : null;
  }

  #odd(entry: RelocationEntry, table: RelocationTable, counted: boolean, numbers: Numbers): string | null {
    const { type, place } = entry;
    if (type !== 0 && this.#isTaken(place)) return 'two relocations write to one place';
    if (numbers.relative.includes(type)) return this.#oddRelative(entry);
    if (type !== 0 && type !== numbers.copy) this.#written.add(place);
    if (counted) return 'there are fewer relative relocations than DT_RELACOUNT says';
    if (table === 'plt' && place % this.#word !== 0) return 'a slot of the PLT is not aligned';
    if (numbers.irelative.includes(type)) return this.#oddIrelative(entry, table);
    return numbers.slots.includes(type) ? this.#oddSlot(entry, table, numbers) : null;
  }

  #isTaken(place: number): boolean {
    const reserved = this.#reserved;
    return this.#written.has(place) || (reserved !== null && place >= reserved.from && place < reserved.to);
  }

  #oddRelative({ symbol, place, addend }: RelocationEntry): string | null {
    if (symbol !== 0) return 'a relative relocation names a symbol';
    const isFunction = this.#arrays.some(({ from, to }) => place >= from && place < to);
    return isFunction && addend !== null && !this.#memory.has(addend, 1, PF_X)
      ? 'a function that runs at start or at exit lies in no code'
      : null;
  }

  #oddIrelative({ symbol, place, addend }: RelocationEntry, table: RelocationTable): string | null {
    if (symbol !== 0) return 'a relocation of an IFUNC names a symbol';
    if (addend !== null && !this.#memory.has(addend, 1, PF_X))
      return 'a resolver of an IFUNC lies in no code';
    if (table === 'plt') this.#addSlot(place);
    return null;
  }

  #addSlot(place: number): void {
    if (this.#firstSlot === null || place < this.#firstSlot) this.#firstSlot = place;
  }

  #oddSlot(
    { symbol, type, addend, place }: RelocationEntry,
    table: RelocationTable,
    numbers: Numbers,
  ): string | null {
    if (symbol === 0) return 'a slot of GOT or PLT names no symbol';
    if (type === numbers.copy) return null;
    if (place % this.#word !== 0) return 'a slot of GOT or PLT is not aligned';
    if (addend !== null && addend !== 0 && !(this.#marked && table === 'plt'))
      return 'a slot of GOT or PLT has an addend';
    if (table === 'data' || type !== numbers.jumpSlot) return null;
    this.#addSlot(place);
    if (this.#called.has(symbol)) return 'a symbol has two slots of the PLT';
    this.#called.add(symbol);
    return null;
  }
}
