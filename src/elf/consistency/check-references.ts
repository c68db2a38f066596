import type { RangeReader } from '../bytes/range-reader.ts';
import {
  EM_386,
  EM_AARCH64,
  EM_RISCV,
  EM_X86_64,
  STB_GLOBAL,
  STB_LOCAL,
  STT_FUNC,
  STT_OBJECT,
  STT_SECTION,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
} from '../constants.ts';
import type { DynamicSymbol, Relocations, SymbolReference } from '../elf-file.ts';

/** Relocation types that read or place thread-local storage of the symbol that they name, by e_machine (glibc elf/elf.h). */
const threadLocalTypes: Readonly<Record<number, ReadonlySet<number>>> = {
  [EM_386]: new Set([14, 35, 36, 37, 41]), // TLS_TPOFF, TLS_DTPMOD32, TLS_DTPOFF32, TLS_TPOFF32, TLS_DESC
  [EM_X86_64]: new Set([16, 17, 18, 36]), // DTPMOD64, DTPOFF64, TPOFF64, TLSDESC
  [EM_AARCH64]: new Set([1028, 1029, 1030, 1031]), // TLS_DTPMOD, TLS_DTPREL, TLS_TPREL, TLSDESC
  [EM_RISCV]: new Set([7, 9, 11, 12]), // TLS_DTPMOD64, TLS_DTPREL64, TLS_TPREL64, TLSDESC
};

/** R_X86_64_GLOB_DAT and R_386_GLOB_DAT. */
const globDat = 6;

/** R_X86_64_DTPMOD64 and R_386_TLS_DTPMOD32. */
const moduleNumbers: Readonly<Record<number, number>> = { [EM_X86_64]: 16, [EM_386]: 35 };
/** What reads them; i386 has a third underscore where the argument comes in a register (ELF Handling For Thread-Local Storage). */
const threadLocalGetters = new Set(['__tls_get_addr', '___tls_get_addr']);

/** Of crtbegin.o: link-time optimization leaves it two slots. */
const ofStartFiles = '__cxa_finalize';

/** Records a defect when a relocation names a symbol that it cannot be for. */
export function checkReferences(
  reader: RangeReader,
  machine: number,
  symbols: readonly DynamicSymbol[],
  relocations: Relocations,
): void {
  const { references } = relocations;
  const threadLocal = threadLocalTypes[machine];
  for (const reference of references) {
    const symbol = symbols[reference.symbol];
    const reason = symbol === undefined ? null : oddReference(symbol, reference, threadLocal);
    if (reason === null) continue;
    reader.defect('relocations', reason);
    return;
  }
  if (machine !== EM_X86_64 && machine !== EM_386) return;
  const reason = oddModuleNumbers(machine, symbols, relocations) ?? oddSlots(symbols, references);
  if (reason !== null) reader.defect('relocations', reason);
}

function oddReference(
  { binding, type, visibility, defined }: DynamicSymbol,
  { types, lazy, table }: SymbolReference,
  threadLocal: ReadonlySet<number> | undefined,
): string | null {
  const isHidden = visibility === STV_HIDDEN || visibility === STV_INTERNAL;
  if (!defined && (isHidden || binding === STB_LOCAL))
    return 'a relocation names a symbol that is neither here nor elsewhere';
  if (defined && lazy && table === 'plt' && type === STT_OBJECT) return 'a slot of the PLT is for a variable';
  if (threadLocal === undefined) return null;
  const isThreadLocal = type === STT_TLS;
  return types.some((one) => one !== 0 && threadLocal.has(one) !== isThreadLocal && type !== STT_SECTION)
    ? 'a relocation does not fit the type of the symbol that it names'
    : null;
}

/** Code asks for the storage that a module number stands for by one function, which it must name. */
function oddModuleNumbers(
  machine: number,
  symbols: readonly DynamicSymbol[],
  { references, anonymousTypes }: Relocations,
): string | null {
  const number = moduleNumbers[machine];
  return number === undefined ||
    !(anonymousTypes.data.includes(number) || references.some(({ types }) => types.includes(number))) ||
    symbols.some(({ name }) => threadLocalGetters.has(name))
    ? null
    : 'it has thread-local storage of its own and names no __tls_get_addr';
}

/**
 * What is left where a slot was given to another symbol: one function of libraries has no slot, and one symbol has two. On
 * x86 linkers also leave either alone, but not both.
 */
function oddSlots(symbols: readonly DynamicSymbol[], references: readonly SymbolReference[]): string | null {
  if (references.length === 0) return null;
  const named = new Set(references.map(({ symbol }) => symbol));
  const lost = symbols.filter(
    ({ defined, binding, type, valueIsZero }, index) =>
      !defined && valueIsZero && binding === STB_GLOBAL && type === STT_FUNC && !named.has(index),
  );
  if (lost.some(({ name }) => name === '__libc_start_main'))
    return 'no relocation is for __libc_start_main, which it asks for';
  if (lost.length !== 1) return null;
  const fetched = new Set(
    references.flatMap(({ symbol, types }) => (types.includes(globDat) ? [symbol] : [])),
  );
  const twice = references.filter(({ symbol, lazy }) => lazy && fetched.has(symbol));
  return twice.length === 1 && symbols[twice[0]?.symbol ?? 0]?.name !== ofStartFiles
    ? 'a slot of GOT or PLT is for another symbol than it was made for'
    : null;
}
