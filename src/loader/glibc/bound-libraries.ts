import type { DynamicSection } from '../../elf/elf-file.ts';
import type { GlibcRelease } from './glibc-version.ts';
import type { LinkMap } from './link-map.ts';
import {
  findsIn,
  type LookupScope,
  lookupScope,
  type ScopeObject,
  type SymbolRequest,
} from './lookup-symbol.ts';

/**
 * What is learnt of libraries while programs are bound. Whether a reference is met, though not by which object, does not
 * hang on the order of the scope as long as no object can end a look-up without a match. So a library whose references
 * were all met is met wherever the objects that met them are there again.
 */
const metBy = new WeakMap<DynamicSection, ReadonlySet<DynamicSection>>();

/** A scope as bindings ask it: in order, and where order does not matter, the likely object first. */
export class BindingObjects {
  readonly inOrder: LookupScope;
  /** No object of it ends a look-up without a match: by the check up to 2.29 (G43), or by an assertion (G41). */
  readonly orderIsFree: boolean;
  readonly #present: ReadonlySet<DynamicSection>;
  readonly #byName = new Map<string, ScopeObject>();

  constructor(maps: readonly LinkMap[], release: GlibcRelease) {
    this.inOrder = lookupScope(maps);
    this.orderIsFree =
      release > 240 ||
      (release > 229 && this.inOrder.every(({ map, table }) => map.dynamic.hasVersym || table.size === 0));
    this.#present = new Set(maps.map(({ dynamic }) => dynamic));
    for (const object of this.inOrder) {
      for (const name of object.map.names) if (!this.#byName.has(name)) this.#byName.set(name, object);
    }
  }

  /** The object that a versioned reference names, when it meets the reference; null tells nothing. */
  named(request: SymbolRequest): LinkMap | null {
    if (!this.orderIsFree || request.versionFile === null) return null;
    const object = this.#byName.get(request.versionFile);
    return object !== undefined && findsIn(object, request) ? object.map : null;
  }

  /** All references of this library are known to be met here. */
  meet(library: LinkMap): boolean {
    if (!this.orderIsFree) return false;
    const definers = metBy.get(library.dynamic);
    if (definers === undefined) return false;
    for (const definer of definers) if (!this.#present.has(definer)) return false;
    return true;
  }
}

/** Remembers the objects that met all references of a library without a COPY relocation. */
export function rememberMet(library: LinkMap, definers: ReadonlySet<DynamicSection>): void {
  metBy.set(library.dynamic, definers);
}
