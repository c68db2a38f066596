import type { DynamicSection, SymbolReference } from '../../elf/elf-file.ts';
import { isHostSymbol } from '../host-symbols.ts';
import type { Problem } from '../load-trace.ts';
import { BindingObjects, rememberMet } from './bound-libraries.ts';
import type { LinkMap } from './link-map.ts';
import { type LookupScope, lookupScope, lookupSymbol, type SymbolResult } from './lookup-symbol.ts';
import type { LoaderSession } from './session.ts';

const STB_LOCAL = 0;
const STB_WEAK = 2;
const STT_TLS = 6;
const DF_SYMBOLIC = 0x2;
/** STV_INTERNAL and STV_HIDDEN: no look-up at all. */
const bindsLocally = new Set([1, 2]);

/** What the binding of a set of objects goes by. */
export interface BindingScope {
  /** The scope in look-up order. */
  readonly maps: readonly LinkMap[];
  /** RTLD_LAZY or an unset LD_BIND_NOW: JUMP_SLOTs may wait (G50, G51). */
  readonly lazy: boolean;
  /** Some library was not found: symbols that nothing gives may be its. */
  readonly libraryMissing: boolean;
  /** A shared object is bound without its host process. */
  readonly withoutHost: boolean;
  readonly lookupError: (object: string, text: string) => string;
  readonly exitStatus: number;
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
  readonly #lookedUpIn: LookupScope;
  readonly #definers = new Set<DynamicSection>();
  #copies = false;

  constructor(session: LoaderSession, scope: BindingScope, map: LinkMap, objects: BindingObjects) {
    this.#session = session;
    this.#scope = scope;
    this.#map = map;
    this.#objects = objects;
    const symbolic = map.dynamic.symbolic || (map.dynamic.flags & DF_SYMBOLIC) !== 0;
    this.#lookedUpIn = symbolic ? [...lookupScope([map]), ...objects.inOrder] : objects.inOrder;
  }

  bind(): void {
    const { symbols, relocations } = this.#map.dynamic;
    for (const reference of relocations.references) {
      const symbol = symbols[reference.symbol];
      if (symbol === undefined || symbol.binding === STB_LOCAL || bindsLocally.has(symbol.visibility))
        continue;
      this.#bindReference(reference, symbol);
    }
    const isLibrary = this.#map !== this.#scope.maps[0];
    if (isLibrary && this.problems.length === 0 && !this.#copies) rememberMet(this.#map, this.#definers);
  }

  #bindReference(reference: SymbolReference, symbol: LinkMap['dynamic']['symbols'][number]): void {
    const request = {
      name: symbol.name,
      version: symbol.version,
      versionFile: symbol.defined ? null : symbol.versionFile,
      plt: reference.table === 'plt' || symbol.type === STT_TLS,
      copyInto: reference.copy ? this.#map : null,
    };
    if (reference.copy) this.#copies = true;
    else {
      const named = this.#objects.named(request);
      if (named !== null) {
        this.#definers.add(named.dynamic);
        return;
      }
    }
    const result = lookupSymbol(request, this.#lookedUpIn, this.#session.release);
    const waits = reference.lazy && this.#scope.lazy && !this.#map.dynamic.bindNow;
    if (result.kind === 'found') {
      this.#definers.add(result.map.dynamic);
      if (reference.copy) this.#copySize(symbol.name, symbol.size, result);
      return;
    }
    if (result.kind === 'assertion') {
      this.#assertion(symbol.name, symbol.version, symbol.versionFile, waits);
    } else if (symbol.binding !== STB_WEAK || result.kind === 'moved') {
      this.#missing(symbol.name, symbol.version, symbol.versionFile, waits, result);
    }
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

  #assertion(name: string, version: string | null, versionFile: string | null, waits: boolean): void {
    this.#push(
      name,
      version,
      versionFile,
      waits,
      "Inconsistency detected by ld.so: dl-lookup.c: 107: check_match: Assertion `version->filename == NULL || ! _dl_name_match_p (version->filename, map)' failed!",
    );
  }

  #missing(
    name: string,
    version: string | null,
    versionFile: string | null,
    waits: boolean,
    result: SymbolResult,
  ): void {
    const suffix = version === null ? '' : `, version ${version}`;
    const text =
      result.kind === 'moved'
        ? `symbol ${name}${suffix}${version === null ? '' : ` not defined in file ${versionFile} with link time reference`}`
        : `undefined symbol: ${name}${suffix}`;
    const line =
      result.kind === 'moved'
        ? `${this.#session.argv0}: relocation error: ${this.#map.path}: ${text}`
        : this.#scope.lookupError(this.#map.path, text);
    this.#push(name, version, versionFile, waits, line);
  }

  #push(
    name: string,
    version: string | null,
    versionFile: string | null,
    waits: boolean,
    seen: string,
  ): void {
    this.problems.push({
      kind: 'symbol-missing',
      name,
      version,
      versionFile,
      neededBy: this.#map.path,
      binding: waits ? 'lazy' : 'startup',
      libraryMissing: this.#scope.libraryMissing,
      fromHost: this.#scope.withoutHost && isHostSymbol(name),
      stage: 'symbol',
      fatal: !waits,
      seen,
      exitStatus: this.#scope.exitStatus,
    });
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
    if (map.role === 'interpreter' || objects.meet(map)) continue;
    const binder = new ObjectBinder(session, scope, map, objects);
    binder.bind();
    problems.push(...mostUrgent(binder.problems));
  }
  return problems;
}

/** A symbol that two tables of one object name is told once, by the reference that must be met first. */
function mostUrgent(problems: readonly Problem[]): Problem[] {
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
