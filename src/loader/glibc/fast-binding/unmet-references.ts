/**
 * Binding without a look-up for each reference of each start.
 *
 * Invariant: where `BindingObjects.orderIsFree`, `ObjectBinder.bindFast` finds exactly the problems that
 * `ObjectBinder.bindInOrder` finds, in the same order; test/loader/glibc/fast-binding.test.ts holds them to each other.
 * `bindInOrder` is the rule. Nothing in this folder decides what meets a reference: `meetsWith` of lookup-symbol.ts does.
 *
 * It holds because a look-up fails when no object of the scope meets the reference, and succeeds whichever object does. So the
 * objects may be asked in any order, and an answer that depends on two objects alone is kept for later starts:
 *
 * - unmet-references.ts: the entry; the references of one object that fail in a scope
 * - binding-objects.ts: the objects of a scope, and whether the order of the scope is free
 * - decisive-references.ts: the references of one object that can fail, and the answers of others to them, as bits
 * - asked-objects.ts: asks the objects of a scope what they did not answer yet
 */
import type { DynamicSymbol, SymbolReference } from '../../../elf/elf-file.ts';
import type { LinkMap } from '../link-map.ts';
import { AskedObjects } from './asked-objects.ts';
import type { BindingObjects } from './binding-objects.ts';
import { DecisiveReferences } from './decisive-references.ts';

/** A reference with the symbol that it names. */
export interface NamedReference {
  readonly reference: SymbolReference;
  readonly symbol: DynamicSymbol;
}

/**
 * The references of an object that no object of the scope meets, and every COPY relocation, in their order: what a COPY finds is
 * compared by size, so that only a look-up in order can judge it. The order of the scope must be free.
 */
export function* unmetReferences(map: LinkMap, objects: BindingObjects): Generator<NamedReference> {
  const references = DecisiveReferences.of(map.dynamic);
  const unmet = references.unmetBy(objects.dynamics);
  if (unmet.length === 0) return;
  const asked = new AskedObjects(map, references, objects);
  for (const number of unmet) {
    const reference = references.all[number];
    const symbol = reference === undefined ? undefined : map.dynamic.symbols[reference.symbol];
    if (reference === undefined || symbol === undefined) continue;
    if (reference.copy || !asked.anyMeets(number, reference, symbol)) yield { reference, symbol };
  }
}
