import type { DynamicSymbol, SymbolReference } from '../../../elf/elf-file.ts';
import type { LinkMap } from '../link-map.ts';
import { meetsWith, requestOf, type ScopeObject, type SymbolRequest } from '../lookup-symbol.ts';
import type { BindingObjects } from './binding-objects.ts';
import type { Answers, DecisiveReferences } from './decisive-references.ts';

/**
 * The answer of an object holds for every start: it has versions, so its names do not matter (G41), and it is of the
 * image or the asking object itself, so that there are no more of them than the image has.
 */
function answersForGood(object: LinkMap, asking: LinkMap): boolean {
  return object.dynamic.hasVersym && (object.role !== 'main' || object === asking);
}

/** An object of the scope with its known answers; null when it must be asked each time. */
interface Asked {
  readonly object: ScopeObject;
  readonly answers: Answers | null;
}

/** The objects of a scope as the references of one of them ask them, where order does not matter. */
export class AskedObjects {
  readonly #asking: LinkMap;
  readonly #references: DecisiveReferences;
  readonly #objects: BindingObjects;
  readonly #asked: readonly Asked[];
  /** Those whose answers cannot be kept. */
  readonly #open: readonly Asked[];
  /** The references for which all others have answered. */
  readonly #settled: Uint32Array;

  constructor(asking: LinkMap, references: DecisiveReferences, objects: BindingObjects) {
    this.#asking = asking;
    this.#references = references;
    this.#objects = objects;
    this.#asked = objects.mainLast.map((object) => ({
      object,
      answers: answersForGood(object.map, asking) ? references.answersOf(object.map.dynamic) : null,
    }));
    this.#open = this.#asked.filter(({ answers }) => answers === null);
    this.#settled = new Uint32Array((references.all.length + 31) >>> 5).fill(-1);
    for (const { answers } of this.#asked) {
      if (answers === null) continue;
      for (let word = 0; word < this.#settled.length; word++) {
        this.#settled[word] = (this.#settled[word] ?? 0) & (answers.asked[word] ?? 0);
      }
    }
  }

  /** Of a reference that no object is known to meet: one does. The object that its version names is asked first. */
  anyMeets(number: number, reference: SymbolReference, symbol: DynamicSymbol): boolean {
    const isSettled = ((this.#settled[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
    const asked = isSettled ? this.#open : this.#asked;
    if (asked.length === 0) return false;
    const request = requestOf(reference, symbol, this.#asking);
    const named = isSettled ? null : this.#objects.named(request);
    for (const each of asked) {
      if (each.object === named && this.#meets(each, number, request)) return true;
    }
    for (const each of asked) {
      if (each.object !== named && this.#meets(each, number, request)) return true;
    }
    return false;
  }

  #meets({ object, answers }: Asked, number: number, request: SymbolRequest): boolean {
    const known = answers?.get(number) ?? null;
    if (known !== null) return known;
    const table = object.map === this.#asking ? this.#references.own : object.table;
    const meets = meetsWith(object.map, table.get(request.name), request);
    answers?.set(number, meets);
    return meets;
  }
}
