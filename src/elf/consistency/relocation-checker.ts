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
} from '../constants.ts';
import type { DynamicTags } from '../dynamic-tags.ts';
import type { ElfClass, RelocationTable } from '../elf-file.ts';
import { machineKey } from '../machine.ts';
import { relocationTypesOf } from '../relocations/relocation-types.ts';
import { calledAtStart, type FunctionArray, functionArrays } from './function-arrays.ts';
import { LazyStubs } from './lazy-stubs.ts';
import type { MemoryView } from './memory-view.ts';

/** One entry of a relocation table. */
export interface RelocationEntry {
  /** r_offset. */
  readonly place: number;
  readonly symbol: number;
  readonly type: number;
  /** r_addend, modulo 2^64 above the sign; null in a table without addends. */
  readonly addend: number | null;
}

/** Places that are remembered; the largest libraries have a quarter of it beside relative relocations. */
const mostPlaces = 1 << 21;

interface Numbers {
  readonly relative: readonly number[];
  readonly irelative: readonly number[];
  /** Slots of GOT and PLT, which only a symbol fills: JUMP_SLOT, GLOB_DAT, COPY. */
  readonly slots: readonly number[];
  readonly jumpSlot: number;
  readonly copy: number;
  /** Null where no file of the machine was measured. */
  readonly globDat: number | null;
  /** All that linkers leave to the loader outside of code (DT_TEXTREL); null where no file of the machine was measured. */
  readonly inData: ReadonlySet<number> | null;
}

/** R_*_GLOB_DAT of the machines whose tables are checked closely. */
const globDat: Readonly<Record<number, number>> = { [EM_X86_64]: 6, [EM_386]: 6, [EM_AARCH64]: 1025 };
/** R_*_64 or R_*_32, COPY, GLOB_DAT, JUMP_SLOT, RELATIVE, thread-local storage and IRELATIVE, by machine and class. */
const inDataTypes: Readonly<Record<string, ReadonlySet<number>>> = {
  [machineKey(EM_X86_64, 64)]: new Set([1, 5, 6, 7, 8, 16, 17, 18, 36, 37]),
  [machineKey(EM_386, 32)]: new Set([1, 5, 6, 7, 8, 14, 35, 36, 37, 41, 42]),
};

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
    globDat: got ?? null,
    inData: inDataTypes[machineKey(machine, elfClass)] ?? null,
  };
}

/**
 * Compares relocations with the segments that they write to. A loader writes wherever r_offset says (K15): into nothing or
 * into what is read-only that is a crash, elsewhere it overwrites what is there.
 */
export class RelocationChecker {
  readonly #reader: RangeReader;
  readonly #view: MemoryView;
  readonly #numbers: Numbers | null;
  /** DT_TEXTREL: the loader makes all segments writable first. */
  readonly #textrel: boolean;
  readonly #arrays: readonly FunctionArray[];
  /** DT_X86_64_PLT: `-z mark-plt` notes the address of the PLT entry as the addend of a jump slot. */
  readonly #marked: boolean;
  readonly #word: number;
  /** The three words at DT_PLTGOT that are the loader's (x86). */
  readonly #reserved: { readonly from: number; readonly to: number } | null;
  readonly #stubs: LazyStubs;
  /** What each relocation but the relative ones writes to: no linker has two write to one place. */
  readonly #written = new Set<number>();
  readonly #called = new Set<number>();
  readonly #fetched = new Set<number>();
  readonly #copies = new Map<number, number>();
  #firstSlot: number | null = null;
  #writesReadOnly = false;
  #filledPointers = 0;
  #lastRelative = Number.NEGATIVE_INFINITY;
  #broken = false;

  constructor(reader: RangeReader, view: MemoryView, machine: number, tags: DynamicTags) {
    this.#reader = reader;
    this.#view = view;
    this.#numbers = numbersOf(machine, reader.layout.class);
    this.#textrel = tags.has(DT_TEXTREL) || ((tags.value(DT_FLAGS) ?? 0) & DF_TEXTREL) !== 0;
    this.#arrays = functionArrays(tags);
    this.#marked = machine === EM_X86_64 && tags.has(DT_X86_64_PLT);
    this.#stubs = new LazyStubs(view, machine, tags);
    this.#word = reader.layout.class / 8;
    const got =
      tags.has(DT_JMPREL) && (machine === EM_X86_64 || machine === EM_386) ? tags.value(DT_PLTGOT) : null;
    this.#reserved = got === null ? null : { from: got, to: got + 3 * this.#word };
  }

  /** Places of all relocations but the relative ones. */
  get written(): ReadonlySet<number> {
    return this.#written;
  }

  /** Places of COPY relocations, by symbol index. */
  get copies(): ReadonlyMap<number, number> {
    return this.#copies;
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

  /**
   * Records a defect when the entry, of this number in its table, is one that no linker writes; `counted`: DT_RELACOUNT says
   * that it is relative.
   */
  check(entry: RelocationEntry, table: RelocationTable, number: number, counted: boolean): void {
    if (this.#broken) return;
    const numbers = this.#numbers;
    const reason =
      this.#oddPlace(entry) ??
      (numbers === null
        ? null
        : (this.#odd(entry, table, counted, numbers) ?? this.#oddStub(entry, table, number, numbers)));
    if (reason === null) return;
    this.#broken = true;
    this.#reader.defect('relocations', reason);
  }

  #oddPlace({ place, type }: RelocationEntry): string | null {
    if (type === 0) return null;
    if (this.#view.memory.isInDynamic(place)) return 'a relocation writes into the dynamic segment';
    const flags = this.#view.memory.flagsAt(place, 1);
    if (flags === null) return 'a relocation writes where nothing is mapped';
    if (this.#arrays.some(({ from, to }) => place >= from && place < to)) this.#filledPointers++;
    if ((flags & PF_W) === 0) this.#writesReadOnly = true;
    return this.#writesReadOnly && !this.#textrel ? 'a relocation writes into a read-only segment' : null;
  }

  #odd(entry: RelocationEntry, table: RelocationTable, counted: boolean, numbers: Numbers): string | null {
    const { type, place } = entry;
    if (type !== 0 && this.#isTaken(place)) return 'two relocations write to one place';
    if (table === 'plt' && type === 0 && numbers.globDat !== null)
      return 'an entry of the table of the PLT relocates nothing';
    // GNU ld leaves such entries for relocations of code that it drops; a static program of Debian for arm64 has some.
    if (type === 0 && numbers.inData !== null && !this.#textrel) return 'a relocation relocates nothing';
    if (numbers.relative.includes(type)) return this.#oddRelative(entry, counted, numbers);
    if (this.#written.size + this.#copies.size >= mostPlaces)
      return `more than ${mostPlaces} relocations that are not relative`;
    if (type !== 0 && type !== numbers.copy) this.#written.add(place);
    if (!this.#textrel && numbers.inData !== null && type !== 0 && !numbers.inData.has(type))
      return 'a relocation has a type that only code has';
    if (counted) return 'there are fewer relative relocations than DT_RELACOUNT says';
    if (table === 'plt' && place % this.#word !== 0) return 'a slot of the PLT is not aligned';
    if (numbers.irelative.includes(type)) return this.#oddIrelative(entry, table);
    return numbers.slots.includes(type) ? this.#oddSlot(entry, table, numbers) : null;
  }

  #isTaken(place: number): boolean {
    const reserved = this.#reserved;
    return this.#written.has(place) || (reserved !== null && place >= reserved.from && place < reserved.to);
  }

  #oddRelative(
    { symbol, place, addend }: RelocationEntry,
    counted: boolean,
    { globDat, inData }: Numbers,
  ): string | null {
    if (symbol !== 0) return 'a relative relocation names a symbol';
    const { memory, words, starts } = this.#view;
    // Linkers sort those that they count (-z combreloc).
    if (globDat !== null && counted && place < this.#lastRelative + this.#word)
      return 'relative relocations overlap or are not in order';
    if (counted) this.#lastRelative = place;
    const target = addend ?? words.at(place);
    if (target !== null && this.#arrays.some(({ from, to }) => place >= from && place < to))
      return starts.reasonAgainst(target, calledAtStart);
    if (globDat === null || target === null) return null;
    if (memory.flagsAt(target, 0) === null) return 'a relative relocation leads out of the segments';
    // Of arm64 a static program of Debian has such relocations.
    return inData !== null && memory.isInHeaders(target)
      ? 'a relative relocation leads into the headers of the file'
      : null;
  }

  #oddIrelative({ symbol, place, addend }: RelocationEntry, table: RelocationTable): string | null {
    if (symbol !== 0) return 'a relocation of an IFUNC names a symbol';
    if (table === 'plt') this.#addSlot(place);
    const resolver = addend ?? this.#view.words.at(place);
    return resolver === null ? null : this.#view.starts.reasonAgainst(resolver, 'a resolver of an IFUNC');
  }

  #oddStub(
    { place, type }: RelocationEntry,
    table: RelocationTable,
    number: number,
    { jumpSlot }: Numbers,
  ): string | null {
    return type === jumpSlot && table === 'plt' && this.#stubs.asksForAnother(place, number)
      ? 'a stub of the PLT asks for another relocation than that of its slot'
      : null;
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
    if (type === numbers.copy) this.#copies.set(symbol, place);
    if (type === numbers.copy) return null;
    if (place % this.#word !== 0) return 'a slot of GOT or PLT is not aligned';
    if (addend !== null && addend !== 0 && !(this.#marked && table === 'plt'))
      return 'a slot of GOT or PLT has an addend';
    const isCall = type === numbers.jumpSlot;
    if (isCall && table === 'data') return null;
    if (isCall) this.#addSlot(place);
    const slots = isCall ? this.#called : this.#fetched;
    if (slots.has(symbol)) return `a symbol has two slots of the ${isCall ? 'PLT' : 'GOT'}`;
    slots.add(symbol);
    return null;
  }
}
