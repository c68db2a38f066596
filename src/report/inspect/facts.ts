import { STB_LOCAL, STB_WEAK } from '../../elf/constants.ts';
import { type ElfInspection, inspectElf } from '../../elf/describe/inspect.ts';
import type { DynamicSection, ElfFile, ToolchainHints } from '../../elf/elf-file.ts';
import { pathToText } from '../../image/entry-path.ts';
import type { DefinedSymbol, DynamicFacts, ElfFacts, UndefinedSymbol } from './report.ts';

/** `value` with every string in it decoded: strings of an ELF file are bytes, one character each. */
function decoded<T>(value: T): T {
  if (typeof value === 'string') return pathToText(value) as T;
  if (Array.isArray(value)) return value.map(decoded) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item)])) as T;
}

function undefinedSymbols({ symbols, relocations }: DynamicSection): UndefinedSymbol[] {
  const bound = new Set<number>();
  const called = new Set<number>();
  for (const { symbol, lazy } of relocations.references) (lazy ? called : bound).add(symbol);
  return symbols.flatMap(({ name, defined, binding, version, versionFile }, index) =>
    defined || name === '' || binding === STB_LOCAL
      ? []
      : [
          {
            name,
            version,
            file: versionFile,
            weak: binding === STB_WEAK,
            lazy: called.has(index) && !bound.has(index),
          },
        ],
  );
}

function definedSymbols({ symbols }: DynamicSection): DefinedSymbol[] {
  return symbols.flatMap(({ name, defined, binding, version, versionHidden }) =>
    !defined || name === '' || binding === STB_LOCAL
      ? []
      : [{ name, version, weak: binding === STB_WEAK, hidden: versionHidden }],
  );
}

function dynamicFacts(dynamic: DynamicSection): DynamicFacts {
  const { relocations, symbols } = dynamic;
  const copied = relocations.references.filter((reference) => reference.copy);
  return {
    flags: dynamic.flags,
    flags1: dynamic.flags1,
    filters: dynamic.filters,
    auxiliaries: dynamic.auxiliaries,
    textrel: dynamic.textrel,
    symbolic: dynamic.symbolic,
    hash: dynamic.hash,
    verneed: dynamic.verneed,
    verdef: dynamic.verdef,
    undefined: undefinedSymbols(dynamic),
    defined: definedSymbols(dynamic),
    relocations: {
      data: relocations.dataCount,
      plt: relocations.pltCount,
      irelative: relocations.irelative,
      relr: relocations.relr,
      copied: copied.map((reference) => symbols[reference.symbol]?.name ?? ''),
    },
  };
}

/** What the file itself says, in the form that `inspect --json` prints. */
export function factsOf(elf: ElfFile, hints: ToolchainHints): ElfFacts {
  return decoded({
    osabi: elf.osabi,
    abiVersion: elf.abiVersion,
    type: elf.type,
    machine: elf.machine,
    flags: elf.flags,
    entry: elf.entry,
    segments: elf.segments,
    dynamic: elf.dynamic === null ? null : dynamicFacts(elf.dynamic),
    notes: elf.notes.headers,
    x86IsaUsed: elf.notes.x86IsaUsed,
    tlsSize: elf.tlsSize,
    hasSectionTable: elf.hasSectionTable,
    staticGlibc: hints.staticGlibc && {
      iconv: hints.staticGlibc.iconv,
      nss: hints.staticGlibc.nss,
      dlopen: hints.staticGlibc.dlopen,
    },
  });
}

/** The summary of `inspectElf` with its strings decoded. Notes are text already. */
export function summaryOf(elf: ElfFile, hints: ToolchainHints): ElfInspection {
  const summary = inspectElf(elf, hints);
  return { ...decoded(summary), dlopen: summary.dlopen, packageMetadata: summary.packageMetadata };
}
