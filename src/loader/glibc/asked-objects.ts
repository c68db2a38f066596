import type { BindingObjects } from './binding-objects.ts';
import type { LinkMap } from './link-map.ts';
import { meetsWith, type ScopeObject, type SymbolRequest } from './lookup-symbol.ts';
import type { Answers, DecisiveReferences } from './met-references.ts';

/**
 * The answer of an object holds for every start: it has versions, so no name that it goes by counts (G41), and it is of the
 * image or the asking object itself, so that there are no more of them than the image has.
 */
function answersForGood(object: LinkMap, asking: LinkMap): boolean {
  return object.dynamic.hasVersym && (object.role !== 'main' || object === asking);
}

/** The objects of a scope as the references of one of them ask them, where order does not matter. */
export class AskedObjects {
  readonly #asking: LinkMap;
  readonly #references: DecisiveReferences;
  readonly #objects: BindingObjects;
  readonly #answers = new Map<ScopeObject, Answers | null>();

  constructor(asking: LinkMap, references: DecisiveReferences, objects: BindingObjects) {
    this.#asking = asking;
    this.#references = references;
    this.#objects = objects;
  }

  /** The object that a version names is asked first. */
  anyMeets(number: number, request: SymbolRequest): boolean {
    const named = this.#objects.named(request);
    if (named !== null && this.#meets(named, number, request)) return true;
    for (const object of this.#objects.mainLast) {
      if (object !== named && this.#meets(object, number, request)) return true;
    }
    return false;
  }

  #meets(object: ScopeObject, number: number, request: SymbolRequest): boolean {
    const answers = this.#answersOf(object);
    const known = answers?.get(number) ?? null;
    if (known !== null) return known;
    const table = object.map === this.#asking ? this.#references.own : object.table;
    const meets = meetsWith(object.map, table.get(request.name), request);
    answers?.set(number, meets);
    return meets;
  }

  #answersOf(object: ScopeObject): Answers | null {
    let answers = this.#answers.get(object);
    if (answers === undefined) {
      const isKept = answersForGood(object.map, this.#asking);
      answers = isKept ? this.#references.answersOf(object.map.dynamic) : null;
      this.#answers.set(object, answers);
    }
    return answers;
  }
}
