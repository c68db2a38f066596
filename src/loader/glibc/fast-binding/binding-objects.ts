import type { DynamicSection } from '../../../elf/elf-file.ts';
import type { GlibcRelease } from '../glibc-version.ts';
import type { LinkMap } from '../link-map.ts';
import { type LookupScope, lookupScope, type ScopeObject, type SymbolRequest } from '../lookup-symbol.ts';

/** A scope as bindings search it: in order, and where order does not matter, the likely object first. */
export class BindingObjects {
  readonly inOrder: LookupScope;
  /**
   * No object of it ends a look-up without a match: by the check up to 2.29 (G43), or by an assertion (G41). Whether a
   * reference is met, though not by which object, then does not depend on the order of the scope.
   */
  readonly orderIsFree: boolean;
  /** For where order does not matter: a program can have very many symbols and seldom defines the one in question. */
  readonly mainLast: LookupScope;
  readonly dynamics: ReadonlySet<DynamicSection>;
  #byName: ReadonlyMap<string, ScopeObject> | null = null;

  constructor(maps: readonly LinkMap[], release: GlibcRelease) {
    this.inOrder = lookupScope(maps);
    this.mainLast = [...this.inOrder.slice(1), ...this.inOrder.slice(0, 1)];
    this.orderIsFree =
      release > 240 ||
      (release > 229 &&
        this.inOrder.every((object) => object.map.dynamic.hasVersym || object.table.size === 0));
    this.dynamics = new Set(maps.map(({ dynamic }) => dynamic));
  }

  /** The object that a versioned reference names, when it is there. */
  named(request: SymbolRequest): ScopeObject | null {
    if (request.versionFile === null) return null;
    this.#byName ??= this.#objectsByName();
    return this.#byName.get(request.versionFile) ?? null;
  }

  #objectsByName(): ReadonlyMap<string, ScopeObject> {
    const byName = new Map<string, ScopeObject>();
    for (const object of this.inOrder) {
      for (const name of object.map.names) if (!byName.has(name)) byName.set(name, object);
    }
    return byName;
  }
}
