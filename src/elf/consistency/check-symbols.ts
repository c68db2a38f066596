import type { RangeReader } from '../bytes/range-reader.ts';
import {
  EM_PPC64,
  PF_X,
  SHN_ABS,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_OBJECT,
  STT_SPARC_REGISTER,
  STT_TLS,
} from '../constants.ts';
import type { DynamicSymbol } from '../elf-file.ts';
import { measuredMachines } from './function-starts.ts';
import type { MemoryView } from './memory-view.ts';

const codeTypes = new Set([STT_FUNC, STT_GNU_IFUNC]);

interface FileFacts {
  readonly machine: number;
  /** p_memsz of PT_TLS; null when there is none. */
  readonly tlsSize: number | null;
  /** Places of COPY relocations, by symbol index. */
  readonly copies: ReadonlyMap<number, number>;
}

/** Compares the dynamic symbols with the segments and with the relocations that name them. */
export class SymbolChecker {
  readonly #reader: RangeReader;
  readonly #view: MemoryView;
  readonly #machine: number;
  readonly #tlsSize: number | null;
  readonly #copies: ReadonlyMap<number, number>;
  #broken = false;
  #hadGlobal = false;
  /** Names and versions of undefined symbols. */
  readonly #asked = new Set<string>();

  constructor(reader: RangeReader, view: MemoryView, { machine, tlsSize, copies }: FileFacts) {
    this.#reader = reader;
    this.#view = view;
    this.#machine = machine;
    this.#tlsSize = tlsSize;
    this.#copies = copies;
  }

  /** Records a defect when no linker writes such a symbol; `value` is st_value. The first symbol is the null symbol. */
  check(symbol: DynamicSymbol, value: number, index: number): void {
    if (this.#broken) return;
    const isLocal = symbol.binding === STB_LOCAL;
    // gABI, Symbol Table: local symbols come first.
    const isLate = isLocal && this.#hadGlobal && measuredMachines.has(this.#machine);
    if (!isLocal) this.#hadGlobal = true;
    const reason = isLate
      ? 'a local symbol comes after global ones'
      : (oddKind(symbol) ??
        this.#oddRequest(symbol, value) ??
        this.#oddCopy(symbol, value, index) ??
        this.#oddValue(symbol, value));
    if (reason === null) return;
    this.#broken = true;
    this.#reader.defect('symbols', reason);
  }

  /** Linkers ask once for each symbol; a value is the address of its stub in the PLT (x86 psABI, Function Addresses). */
  #oddRequest({ defined, binding, name, version, type }: DynamicSymbol, value: number): string | null {
    if (defined || binding === STB_LOCAL || !measuredMachines.has(this.#machine)) return null;
    const key = `${name}@${version ?? ''}`;
    if (this.#asked.has(key)) return 'it asks twice for one symbol';
    this.#asked.add(key);
    return value !== 0 && type !== STT_OBJECT && !this.#view.memory.has(value, 1, PF_X)
      ? 'an undefined symbol has a value that is no address of code'
      : null;
  }

  /** A program has a variable of its own for what it copies, at the place of the relocation. */
  #oddCopy({ size, defined }: DynamicSymbol, value: number, index: number): string | null {
    const place = this.#copies.get(index);
    if (place === undefined) return null;
    return place === value && size > 0 && defined ? null : 'a COPY relocation differs from its symbol';
  }

  #oddValue({ defined, type, section, valueIsZero, size }: DynamicSymbol, value: number): string | null {
    if (!defined || section === SHN_ABS) return null;
    if (type === STT_TLS)
      return this.#tlsSize === null || value + size > this.#tlsSize
        ? 'a thread-local symbol lies outside of PT_TLS'
        : null;
    if (valueIsZero) return null;
    // Functions of PowerPC 64 (ELFv1) are descriptors in data.
    if (codeTypes.has(type) && this.#machine !== EM_PPC64) return this.#oddFunction(value);
    if (type !== STT_OBJECT || size === 0) return null;
    return this.#view.memory.flagsAt(value, size) === null ? 'a variable lies in no segment' : null;
  }

  #oddFunction(value: number): string | null {
    const { memory, starts } = this.#view;
    if (!memory.has(value, 1, PF_X)) return 'a function lies in no code';
    return starts.beginsWithin(value) ? 'a function begins within another' : null;
  }
}

function oddKind({ binding, type, defined, name }: DynamicSymbol): string | null {
  if (!defined && binding !== STB_LOCAL && name === '') return 'an undefined symbol has no name';
  if (binding > STB_WEAK && binding !== STB_GNU_UNIQUE) return 'a symbol has an unknown binding';
  return type > STT_GNU_IFUNC && type !== STT_SPARC_REGISTER ? 'a symbol has an unknown type' : null;
}
