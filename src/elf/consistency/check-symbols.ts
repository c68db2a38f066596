import type { RangeReader } from '../bytes/range-reader.ts';
import {
  EM_386,
  EM_AARCH64,
  EM_PPC64,
  EM_RISCV,
  EM_X86_64,
  PF_X,
  SHN_ABS,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_OBJECT,
  STT_SECTION,
  STT_SPARC_REGISTER,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
} from '../constants.ts';
import type { DynamicSymbol, SymbolReference } from '../elf-file.ts';
import type { Memory } from './memory.ts';

/** Relocation types that read or place thread-local storage of the symbol that they name, by e_machine (glibc elf/elf.h). */
const threadLocalTypes: Readonly<Record<number, ReadonlySet<number>>> = {
  [EM_386]: new Set([14, 35, 36, 37, 41]), // TLS_TPOFF, TLS_DTPMOD32, TLS_DTPOFF32, TLS_TPOFF32, TLS_DESC
  [EM_X86_64]: new Set([16, 17, 18, 36]), // DTPMOD64, DTPOFF64, TPOFF64, TLSDESC
  [EM_AARCH64]: new Set([1028, 1029, 1030, 1031]), // TLS_DTPMOD, TLS_DTPREL, TLS_TPREL, TLSDESC
  [EM_RISCV]: new Set([7, 9, 11, 12]), // TLS_DTPMOD64, TLS_DTPREL64, TLS_TPREL64, TLSDESC
};

const codeTypes = new Set([STT_FUNC, STT_GNU_IFUNC]);

/** Compares the dynamic symbols with the segments and with the relocations that name them. */
export class SymbolChecker {
  readonly #reader: RangeReader;
  readonly #memory: Memory;
  readonly #machine: number;
  readonly #tlsSize: number | null;
  #broken = false;

  constructor(reader: RangeReader, memory: Memory, machine: number, tlsSize: number | null) {
    this.#reader = reader;
    this.#memory = memory;
    this.#machine = machine;
    this.#tlsSize = tlsSize;
  }

  /** Records a defect when no linker writes such a symbol; `value` is st_value. The first symbol is the null symbol. */
  check(symbol: DynamicSymbol, value: number): void {
    if (this.#broken) return;
    const reason = oddKind(symbol) ?? this.#oddValue(symbol, value);
    if (reason === null) return;
    this.#broken = true;
    this.#reader.defect('symbols', reason);
  }

  #oddValue({ defined, type, section, valueIsZero, size }: DynamicSymbol, value: number): string | null {
    if (!defined || section === SHN_ABS) return null;
    if (type === STT_TLS)
      return this.#tlsSize === null || value + size > this.#tlsSize
        ? 'a thread-local symbol lies outside of PT_TLS'
        : null;
    if (valueIsZero) return null;
    // Functions of PowerPC 64 (ELFv1) are descriptors in data.
    if (codeTypes.has(type) && this.#machine !== EM_PPC64)
      return this.#memory.has(value, 1, PF_X) ? null : 'a function lies in no code';
    if (type !== STT_OBJECT || size === 0) return null;
    return this.#memory.flagsAt(value, size) === null ? 'a variable lies in no segment' : null;
  }
}

function oddKind({ binding, type }: DynamicSymbol): string | null {
  if (binding > STB_WEAK && binding !== STB_GNU_UNIQUE) return 'a symbol has an unknown binding';
  return type > STT_GNU_IFUNC && type !== STT_SPARC_REGISTER ? 'a symbol has an unknown type' : null;
}

/** Records a defect when a relocation names a symbol that it cannot be for. */
export function checkReferences(
  reader: RangeReader,
  machine: number,
  symbols: readonly DynamicSymbol[],
  references: readonly SymbolReference[],
): void {
  const threadLocal = threadLocalTypes[machine];
  for (const { symbol: index, types } of references) {
    const symbol = symbols[index];
    if (symbol === undefined) continue;
    const reason = oddReference(symbol, types, threadLocal);
    if (reason === null) continue;
    reader.defect('relocations', reason);
    return;
  }
}

function oddReference(
  { binding, type, visibility, defined }: DynamicSymbol,
  types: readonly number[],
  threadLocal: ReadonlySet<number> | undefined,
): string | null {
  const isHidden = visibility === STV_HIDDEN || visibility === STV_INTERNAL;
  if (!defined && (isHidden || binding === STB_LOCAL))
    return 'a relocation names a symbol that is neither here nor elsewhere';
  if (threadLocal === undefined) return null;
  const isThreadLocal = type === STT_TLS;
  return types.some((one) => one !== 0 && threadLocal.has(one) !== isThreadLocal && type !== STT_SECTION)
    ? 'a relocation does not fit the type of the symbol that it names'
    : null;
}
