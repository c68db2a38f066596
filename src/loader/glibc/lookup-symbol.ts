import {
  EM_MIPS,
  SHN_ABS,
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_WEAK,
  STT_COMMON,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_NOTYPE,
  STT_OBJECT,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
} from '../../elf/constants.ts';
import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { symbolTable } from '../symbols/symbol-table.ts';
import type { GlibcRelease } from './glibc-version.ts';
import { answersTo, type LinkMap } from './link-map.ts';

/** One reference to a symbol, as a relocation makes it. */
export interface SymbolRequest {
  readonly name: string;
  /** The version by DT_VERSYM of the reference; null for an unversioned one. */
  readonly version: string | null;
  /** The file whose verneed names the version. */
  readonly versionFile: string | null;
  /** Made by a PLT or TLS relocation: undefined entries with a value do not count (G45). */
  readonly plt: boolean;
  /** Made by a COPY relocation: the program's own definition does not count. */
  readonly copyInto: LinkMap | null;
}

/** What a reference of an object asks for. */
export function requestOf(reference: SymbolReference, symbol: DynamicSymbol, asking: LinkMap): SymbolRequest {
  return {
    name: symbol.name,
    version: symbol.version,
    versionFile: symbol.defined ? null : symbol.versionFile,
    plt: reference.table === 'plt' || symbol.type === STT_TLS,
    copyInto: reference.copy ? asking : null,
  };
}

export type SymbolResult =
  | { readonly kind: 'found'; readonly map: LinkMap; readonly symbol: DynamicSymbol }
  | { readonly kind: 'missing' }
  /** Up to 2.29: the file that the verneed names was reached without a match (G43). */
  | { readonly kind: 'moved'; readonly map: LinkMap }
  /** Up to 2.40: the named file has no DT_VERSYM at all and would match: an assertion (G41). */
  | { readonly kind: 'assertion'; readonly map: LinkMap };

/** ALLOWED_STT of dl-lookup.c, and the bindings of do_lookup_x. */
const allowedTypes = new Set([STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_COMMON, STT_TLS, STT_GNU_IFUNC]);
const allowedBindings = new Set([STB_GLOBAL, STB_WEAK, STB_GNU_UNIQUE]);

type Match = 'yes' | 'no' | 'candidate' | 'assertion';

/**
 * `check_match` of elf/dl-lookup.c (G45). On MIPS an undefined entry with a value is a stub for lazy binding and never
 * counts (`elf_machine_sym_no_match`).
 */
function matches(symbol: DynamicSymbol, request: SymbolRequest, map: LinkMap): Match {
  if (symbol.valueIsZero && symbol.section !== SHN_ABS && symbol.type !== STT_TLS) return 'no';
  if (!symbol.defined && (request.plt || map.elf.machine === EM_MIPS)) return 'no';
  if (!allowedTypes.has(symbol.type)) return 'no';
  if (request.version !== null) {
    if (!map.dynamic.hasVersym) {
      return request.versionFile !== null && answersTo(map, request.versionFile) ? 'assertion' : 'yes';
    }
    const own = namedVersion(symbol, map);
    if (own === request.version) return 'yes';
    return own === null && !symbol.versionHidden ? 'yes' : 'no';
  }
  if (!map.dynamic.hasVersym || (symbol.versionIndex ?? 0) < 3) return 'yes';
  return symbol.versionHidden ? 'no' : 'candidate';
}

/** The version that a definition's index maps to; the base version names the file and does not count as a version. */
function namedVersion(symbol: DynamicSymbol, map: LinkMap): string | null {
  if (symbol.version === null || (symbol.versionIndex ?? 0) > 1) return symbol.version;
  const base = map.dynamic.verdef.some((verdef) => verdef.base && verdef.index === symbol.versionIndex);
  return base ? null : symbol.version;
}

/** `do_lookup_x` in one object, among its symbols of that name. */
function lookupIn(
  map: LinkMap,
  symbols: readonly DynamicSymbol[],
  request: SymbolRequest,
): DynamicSymbol | 'assertion' | null {
  let candidate: DynamicSymbol | null = null;
  let candidates = 0;
  for (const symbol of symbols) {
    const match = matches(symbol, request, map);
    if (match === 'assertion') return 'assertion';
    if (match === 'yes') return isVisible(symbol) ? symbol : null;
    if (match === 'candidate') {
      candidates++;
      candidate ??= symbol;
    }
  }
  return candidates === 1 && candidate !== null && isVisible(candidate) ? candidate : null;
}

function isVisible(symbol: DynamicSymbol): boolean {
  return (
    symbol.visibility !== STV_INTERNAL &&
    symbol.visibility !== STV_HIDDEN &&
    allowedBindings.has(symbol.binding)
  );
}

/** An object with its symbols by name. */
export class ScopeObject {
  readonly map: LinkMap;
  #table: ReadonlyMap<string, readonly DynamicSymbol[]> | null = null;

  constructor(map: LinkMap) {
    this.map = map;
  }

  /** Made when something is first looked up. */
  get table(): ReadonlyMap<string, readonly DynamicSymbol[]> {
    this.#table ??= symbolTable(this.map.dynamic);
    return this.#table;
  }
}

/** Objects in look-up order. */
export type LookupScope = readonly ScopeObject[];

/** One object alone would meet the request with its symbols of that name, even where glibc up to 2.40 fails an assertion. */
export function meetsWith(
  map: LinkMap,
  symbols: readonly DynamicSymbol[] | undefined,
  request: SymbolRequest,
): boolean {
  return symbols !== undefined && lookupIn(map, symbols, request) !== null;
}

export function lookupScope(maps: readonly LinkMap[]): LookupScope {
  return maps.map((map) => new ScopeObject(map));
}

/** Looks a symbol up in a scope, in order (`_dl_lookup_symbol_x`, G41, G43, G45). */
export function lookupSymbol(
  request: SymbolRequest,
  scope: LookupScope,
  release: GlibcRelease,
): SymbolResult {
  for (const object of scope) {
    const { map } = object;
    if (request.copyInto === map) continue;
    const symbols = object.table.get(request.name);
    const found = symbols === undefined ? null : lookupIn(map, symbols, request);
    if (found === 'assertion') {
      if (release <= 240) return { kind: 'assertion', map };
      const symbol = symbols?.[0];
      if (symbol !== undefined) return { kind: 'found', map, symbol };
    } else if (found !== null) {
      return { kind: 'found', map, symbol: found };
    } else if (release <= 229 && request.versionFile !== null && answersTo(map, request.versionFile)) {
      return { kind: 'moved', map };
    }
  }
  return { kind: 'missing' };
}
