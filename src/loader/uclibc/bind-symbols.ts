import {
  EM_X86_64,
  STB_GLOBAL,
  STB_LOCAL,
  STB_WEAK,
  STT_COMMON,
  STT_FUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_TLS,
} from '../../elf/constants.ts';
import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { limitMissing } from '../symbols/missing-limit.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import type { Problem } from '../trace/problem.ts';
import { relocationUnsupported, symbolMissing } from '../trace/problems.ts';
import type { Module, ModuleList } from './load-libraries.ts';
import type { UclibcSession } from './session.ts';

/** No IFUNC. */
const allowedTypes = new Set([STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_COMMON, STT_TLS]);
const R_X86_64_IRELATIVE = 37;

/** The object's hash table is one that this loader reads; without one it defines nothing (U7). */
function isVisible(module: Module, session: UclibcSession): boolean {
  return session.supportsGnuHash ? module.dynamic.hash !== 'none' : /^(sysv|both)$/.test(module.dynamic.hash);
}

/** `_dl_find_hash`: the first definition by name decides, versions or not (U6). */
function findSymbol(scope: readonly Module[], name: string, reference: SymbolReference): boolean {
  for (const module of scope) {
    if (reference.copy && module.role === 'main') continue;
    const symbol = symbolTable(module.dynamic)
      .get(name)
      ?.find((candidate) => matches(candidate, reference.table === 'plt'));
    if (symbol !== undefined) return symbol.binding === STB_GLOBAL || symbol.binding === STB_WEAK;
  }
  return false;
}

function matches(symbol: DynamicSymbol, needDefinition: boolean): boolean {
  if (symbol.valueIsZero && symbol.type !== STT_TLS) return false;
  if (!symbol.defined && needDefinition) return false;
  return allowedTypes.has(symbol.type);
}

function missingSymbol(
  session: UclibcSession,
  list: ModuleList,
  module: Module,
  name: string,
  lazy: boolean,
): Problem {
  const { argv0 } = session;
  const symbol = {
    name,
    version: null,
    versionFile: null,
    neededBy: module.path,
    fromCaller: false,
  } as const;
  const libraryMissing = list.missing.size > 0;
  return lazy
    ? symbolMissing(
        { ...symbol, binding: 'lazy', libraryMissing },
        { seen: `${argv0}: Can't resolve symbol '${name}'`, exitStatus: 1 },
      )
    : symbolMissing(
        { ...symbol, binding: 'startup', libraryMissing },
        { seen: `\n${argv0}: symbol '${name}': can't resolve symbol`, exitStatus: 255 },
      );
}

/** Missing symbols and unknown relocations of one module, data before PLT (`_dl_fixup`, U6). */
function bindModule(
  session: UclibcSession,
  list: ModuleList,
  scope: readonly Module[],
  module: Module,
): Problem[] {
  const problems: Problem[] = [];
  const { symbols, relocations, bindNow } = module.dynamic;
  for (const reference of relocations.references) {
    const symbol = symbols[reference.symbol];
    if (symbol === undefined || symbol.binding === STB_LOCAL) continue;
    if (findSymbol(scope, symbol.name, reference)) continue;
    if (symbol.binding === STB_WEAK || symbol.type === STT_TLS) continue;
    const lazy = reference.table === 'plt' && !session.bindNow && !bindNow;
    problems.push(missingSymbol(session, list, module, symbol.name, lazy));
    limitMissing(problems);
  }
  if (module.elf.machine === EM_X86_64 && relocations.irelative) {
    const seen = `\n${session.argv0}: can't handle reloc type ${R_X86_64_IRELATIVE.toString(16)}`;
    const relocation = { path: module.path, type: R_X86_64_IRELATIVE };
    problems.push(relocationUnsupported(relocation, { seen, exitStatus: 1 }));
  }
  return problems;
}

/** Binds the modules from the last loaded to the program (U6, U7). */
export function bindSymbols(session: UclibcSession, list: ModuleList): Problem[] {
  const scope = list.modules.filter((module) => isVisible(module, session));
  return list.modules
    .filter(({ role }) => role !== 'loader')
    .reverse()
    .flatMap((module) => bindModule(session, list, scope, module));
}
