import type { RelocationTable, SymbolReference } from '../elf-file.ts';
import { maxSymbols } from '../symbols/symbol-count.ts';
import type { RelocationTypes } from './relocation-types.ts';

/** A symbol is named by a handful of types, a table uses a dozen; more are garbage. */
const maxTypes = 64;

/** One type of relocation, which is what nearly every symbol has: one list for all of them. */
const alone = new Map<number, readonly number[]>();

function onlyType(type: number): readonly number[] {
  const known = alone.get(type);
  if (known !== undefined) return known;
  const types = [type];
  if (alone.size < maxTypes) alone.set(type, types);
  return types;
}

/** Collects the entries of one relocation table by the symbol that they name. */
export class References {
  readonly #table: RelocationTable;
  readonly #types: RelocationTypes | null;
  readonly #bySymbol = new Map<number, readonly number[]>();
  readonly #anonymous: number[] = [];
  #count = 0;
  #highestSymbol = 0;

  constructor(table: RelocationTable, types: RelocationTypes | null) {
    this.#table = table;
    this.#types = types;
  }

  /** Number of relocations counted so far. */
  get count(): number {
    return this.#count;
  }

  get highestSymbol(): number {
    return this.#highestSymbol;
  }

  /** Distinct types of relocations for which no symbol is looked up. */
  get anonymousTypes(): readonly number[] {
    return this.#anonymous;
  }

  get irelative(): boolean {
    const irelative = this.#types?.irelative ?? [];
    if (this.#anonymous.some((type) => irelative.includes(type))) return true;
    return [...this.#bySymbol.values()].some((types) => types.some((type) => irelative.includes(type)));
  }

  /** Counts `times` relocations of one kind. */
  add(symbol: number, type: number, times = 1): void {
    this.#count += times;
    if (symbol === 0 || this.#types?.withoutSymbol.includes(type) === true) {
      addDistinct(this.#anonymous, type);
    } else {
      this.name(symbol, type);
    }
  }

  /** A reference without a relocation entry (the global part of a MIPS GOT). */
  name(symbol: number, type: number): void {
    if (symbol > this.#highestSymbol) this.#highestSymbol = symbol;
    if (symbol >= maxSymbols) return;
    const types = this.#bySymbol.get(symbol);
    if (types === undefined) this.#bySymbol.set(symbol, onlyType(type));
    else if (!types.includes(type) && types.length < maxTypes) this.#bySymbol.set(symbol, [...types, type]);
  }

  /** The references in the order of their first entries; those beyond the symbol table are skipped. */
  toSymbols(symbolCount: number): SymbolReference[] {
    const references: SymbolReference[] = [];
    for (const [symbol, types] of this.#bySymbol) {
      if (symbol >= symbolCount) continue;
      const copy = this.#types !== null && types.includes(this.#types.copy);
      const lazy = types.length === 1 && types[0] === this.#types?.jumpSlot;
      references.push({ symbol, table: this.#table, types, copy, lazy });
    }
    return references;
  }
}

function addDistinct(types: number[], type: number): void {
  if (types.length < maxTypes && !types.includes(type)) types.push(type);
}
