import { STB_WEAK } from '../../elf/constants.ts';
import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { isLookedUp } from '../symbols/looked-up.ts';
import { limitMissing } from '../symbols/missing-limit.ts';
import type { Problem } from '../trace/problem.ts';
import { relocationUnsupported, symbolMissing } from '../trace/problems.ts';
import type { BindingObjects } from './fast-binding/binding-objects.ts';
import { unmetReferences } from './fast-binding/unmet-references.ts';
import type { LinkMap } from './link-map.ts';
import { lookupScope, lookupSymbol, requestOf, type SymbolResult } from './lookup-symbol.ts';
import type { Phrasing } from './phrasing.ts';
import { unexpectedTypes } from './relocation-types.ts';
import type { LoaderSession } from './session.ts';

/** The status of a process that calls a function which nothing defines (G50). */
const statusAtFirstCall = 127;

/** What the binding of a set of objects depends on. */
export interface BindingScope {
  /** The scope in look-up order. */
  readonly maps: readonly LinkMap[];
  /** RTLD_LAZY or an unset LD_BIND_NOW: JUMP_SLOTs may wait (G50, G51). */
  readonly lazy: boolean;
  /** BIND_NOW of the objects does not count: under a profiler, and under an auditor up to 2.34 (G92, G93). */
  readonly ignoresBindNow: boolean;
  /** Some library was not found: it may define the missing symbols. */
  readonly libraryMissing: boolean;
  /** Whether a missing symbol of this name is the caller's, of which nothing is known (S34). */
  readonly isCallers: (name: string) => boolean;
  readonly phrasing: Phrasing;
}

/** The facts about the loader that bindings depend on. */
type BindingSession = Pick<LoaderSession, 'release' | 'argv0'>;

/** Binds the references of one object in a scope. */
export class ObjectBinder {
  readonly problems: Problem[] = [];
  readonly #session: BindingSession;
  readonly #scope: BindingScope;
  readonly #map: LinkMap;
  readonly #objects: BindingObjects;

  constructor(session: BindingSession, scope: BindingScope, map: LinkMap, objects: BindingObjects) {
    this.#session = session;
    this.#scope = scope;
    this.#map = map;
    this.#objects = objects;
  }

  /** The rule: every reference, looked up in the order of the scope (G50 to G55). */
  bindInOrder(): void {
    const { dynamic } = this.#map;
    for (const reference of dynamic.relocations.references) {
      const symbol = dynamic.symbols[reference.symbol];
      if (isLookedUp(symbol)) this.#bindReference(reference, symbol);
    }
  }

  /** The same problems in the same order, where the order of the scope is free: fast-binding says which references can fail. */
  bindFast(): void {
    for (const { reference, symbol } of unmetReferences(this.#map, this.#objects)) {
      if (reference.copy) this.#bindReference(reference, symbol);
      else this.#missing(reference, symbol, 'missing');
    }
  }

  get #bindsLazily(): boolean {
    return this.#scope.lazy && (this.#scope.ignoresBindNow || !this.#map.dynamic.bindNow);
  }

  /** The symbol is looked up at the first call (G50). */
  #waits(reference: SymbolReference): boolean {
    return reference.lazy && this.#bindsLazily;
  }

  /** Relocation types that ld.so does not apply, reported after the symbols. */
  checkTypes(): void {
    const { path, role, elf, dynamic } = this.#map;
    const { error, exitStatus } = this.#scope.phrasing;
    for (const { type, text } of unexpectedTypes(elf, dynamic, this.#bindsLazily)) {
      const seen = error(role === 'main' ? '' : path, text);
      this.problems.push(relocationUnsupported({ path, type }, { seen, exitStatus }));
    }
  }

  #bindReference(reference: SymbolReference, symbol: DynamicSymbol): void {
    const { dynamic } = this.#map;
    const { inOrder } = this.#objects;
    const scope = dynamic.symbolic ? [...lookupScope([this.#map]), ...inOrder] : inOrder;
    const result = lookupSymbol(requestOf(reference, symbol, this.#map), scope, this.#session.release);
    if (result.kind === 'found') {
      if (reference.copy) this.#copySize(symbol.name, symbol.size, result);
    } else if (result.kind === 'assertion') this.#assertion(reference, symbol);
    else if (symbol.binding !== STB_WEAK || result.kind === 'moved')
      this.#missing(reference, symbol, result.kind);
  }

  #copySize(name: string, size: number, result: Extract<SymbolResult, { kind: 'found' }>): void {
    if (result.symbol.size <= size) return;
    this.problems.push({
      kind: 'copy-size',
      name,
      path: result.map.path,
      stage: 'symbol',
      fatal: false,
      seen: `${this.#session.argv0}: Symbol \`${name}' has different size in shared object, consider re-linking`,
      exitStatus: null,
    });
  }

  #assertion(reference: SymbolReference, symbol: DynamicSymbol): void {
    this.#push(
      reference,
      symbol,
      "Inconsistency detected by ld.so: dl-lookup.c: 107: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!",
    );
  }

  #missing(reference: SymbolReference, symbol: DynamicSymbol, kind: 'missing' | 'moved'): void {
    const { name, version, versionFile } = symbol;
    if (kind === 'missing') {
      const { phrasing } = this.#scope;
      const words = this.#waits(reference) ? phrasing.atFirstCall : phrasing.lookupError;
      const versioned = version === null ? '' : `, version ${version}`;
      this.#push(reference, symbol, words(this.#map.path, `undefined symbol: ${name}${versioned}`));
      return;
    }
    const moved =
      version === null
        ? ''
        : `, version ${version} not defined in file ${versionFile} with link time reference`;
    const line = `${this.#session.argv0}: relocation error: ${this.#map.path}: symbol ${name}${moved}`;
    this.#push(reference, symbol, line);
  }

  #push(reference: SymbolReference, symbol: DynamicSymbol, seen: string): void {
    const { name, version, versionFile } = symbol;
    const { libraryMissing, isCallers, phrasing } = this.#scope;
    const waits = this.#waits(reference);
    this.problems.push(
      symbolMissing(
        {
          name,
          version,
          versionFile,
          neededBy: this.#map.path,
          binding: waits ? 'lazy' : 'startup',
          libraryMissing,
          fromCaller: isCallers(name),
        },
        { seen, exitStatus: waits ? statusAtFirstCall : phrasing.exitStatus },
      ),
    );
    limitMissing(this.problems);
  }
}
