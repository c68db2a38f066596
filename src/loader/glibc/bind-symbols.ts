import { STB_WEAK } from '../../elf/constants.ts';
import type { DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { isCallerSymbol } from '../symbols/caller-symbols.ts';
import type { Problem } from '../trace/problem.ts';
import { relocationUnsupported, symbolMissing } from '../trace/problems.ts';
import { AskedObjects } from './fast-binding/asked-objects.ts';
import { BindingObjects } from './fast-binding/binding-objects.ts';
import { DecisiveReferences, isLookedUp } from './fast-binding/decisive-references.ts';
import type { LinkMap } from './link-map.ts';
import { lookupScope, lookupSymbol, requestOf, type SymbolResult } from './lookup-symbol.ts';
import type { Phrasing } from './phrasing.ts';
import { unexpectedTypes } from './relocation-types.ts';
import type { LoaderSession } from './session.ts';

/** What the binding of a set of objects goes by. */
export interface BindingScope {
  /** The scope in look-up order. */
  readonly maps: readonly LinkMap[];
  /** RTLD_LAZY or an unset LD_BIND_NOW: JUMP_SLOTs may wait (G50, G51). */
  readonly lazy: boolean;
  /** Some library was not found: symbols that nothing gives may be its. */
  readonly libraryMissing: boolean;
  /** A shared object is bound without the process that calls dlopen. */
  readonly withoutCaller: boolean;
  readonly phrasing: Phrasing;
}

/**
 * The order in which `dl_main` relocates: dependencies before dependents, the program last (G52). A depth-first walk
 * from the last loaded object to the first, as `_dl_sort_maps_dfs` makes it; since 2.41 libc.so.6 comes before all.
 */
export function relocationOrder(maps: readonly LinkMap[], release: number): LinkMap[] {
  const finished = new Set<LinkMap>();
  const entered = new Set<LinkMap>();
  const finish = (root: LinkMap): void => {
    const stack: { map: LinkMap; next: number }[] = [{ map: root, next: 0 }];
    entered.add(root);
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const dependency = top.map.dependencies[top.next++];
      if (dependency === undefined) {
        finished.add(top.map);
        stack.pop();
      } else if (!entered.has(dependency)) {
        entered.add(dependency);
        stack.push({ map: dependency, next: 0 });
      }
    }
  };
  const [main, ...libraries] = maps;
  for (const map of libraries.reverse()) if (!entered.has(map)) finish(map);
  if (main !== undefined && !entered.has(main)) finish(main);
  const order = [...finished];
  const libc = release >= 241 ? order.findIndex((map) => map.dynamic.soname === 'libc.so.6') : -1;
  return libc < 0 ? order : [...order.splice(libc, 1), ...order];
}

class ObjectBinder {
  readonly problems: Problem[] = [];
  readonly #session: LoaderSession;
  readonly #scope: BindingScope;
  readonly #map: LinkMap;
  readonly #objects: BindingObjects;
  /** How the lines of missing symbols begin. */
  readonly #undefinedSymbol: string;

  constructor(session: LoaderSession, scope: BindingScope, map: LinkMap, objects: BindingObjects) {
    this.#session = session;
    this.#scope = scope;
    this.#map = map;
    this.#objects = objects;
    this.#undefinedSymbol = scope.phrasing.lookupError(map.path, 'undefined symbol: ');
  }

  /** Every reference, looked up in the order of the scope. */
  bindInOrder(): void {
    const { dynamic } = this.#map;
    for (const reference of dynamic.relocations.references) {
      const symbol = dynamic.symbols[reference.symbol];
      if (isLookedUp(symbol)) this.#bindReference(reference, symbol);
    }
  }

  /** Where the order of the scope is free: the references whose look-up can go wrong, each asked of an object once for good. */
  bindDecisive(): void {
    const references = DecisiveReferences.of(this.#map.dynamic);
    const unmet = references.unmetBy(this.#objects.dynamics);
    if (unmet.length === 0) return;
    const asked = new AskedObjects(this.#map, references, this.#objects);
    for (const number of unmet) {
      const reference = references.all[number];
      const symbol = reference === undefined ? undefined : this.#map.dynamic.symbols[reference.symbol];
      if (reference === undefined || symbol === undefined) continue;
      if (reference.copy) this.#bindReference(reference, symbol);
      else if (!asked.anyMeets(number, reference, symbol)) this.#missing(reference, symbol, 'missing');
    }
  }

  get #bindsLazily(): boolean {
    return this.#scope.lazy && !this.#map.dynamic.bindNow;
  }

  /** Relocation types that ld.so does not carry out, reported after the symbols. */
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
      this.#push(
        reference,
        symbol,
        `${this.#undefinedSymbol}${name}${version === null ? '' : `, version ${version}`}`,
      );
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
    const { libraryMissing, withoutCaller, phrasing } = this.#scope;
    this.problems.push(
      symbolMissing(
        {
          name,
          version,
          versionFile,
          neededBy: this.#map.path,
          binding: reference.lazy && this.#bindsLazily ? 'lazy' : 'startup',
          libraryMissing,
          fromCaller: withoutCaller && isCallerSymbol(name),
        },
        { seen, exitStatus: phrasing.exitStatus },
      ),
    );
  }
}

/** Binds every relocation of the objects, in the order given (G50 to G55); what is missing is told once an object. */
export function bindSymbols(
  session: LoaderSession,
  scope: BindingScope,
  order: readonly LinkMap[],
): Problem[] {
  const problems: Problem[] = [];
  const objects = new BindingObjects(scope.maps, session.release);
  for (const map of order) {
    if (map.role === 'interpreter') continue;
    const binder = new ObjectBinder(session, scope, map, objects);
    if (objects.orderIsFree) binder.bindDecisive();
    else binder.bindInOrder();
    binder.checkTypes();
    problems.push(...mostUrgent(binder.problems));
  }
  return problems;
}

/** A symbol that two tables of one object name is told once, by the reference that must be met first. */
function mostUrgent(problems: readonly Problem[]): readonly Problem[] {
  const names = new Set(problems.map((problem) => (problem.kind === 'symbol-missing' ? problem.name : null)));
  if (names.size === problems.length) return problems;
  const bySymbol = new Map<string, Problem>();
  for (const problem of problems) {
    const key =
      problem.kind === 'symbol-missing'
        ? `${problem.name}@${problem.version}`
        : `${problem.kind}@${bySymbol.size}`;
    const known = bySymbol.get(key);
    if (known === undefined || (!known.fatal && problem.fatal)) bySymbol.set(key, problem);
  }
  return [...bySymbol.values()];
}
