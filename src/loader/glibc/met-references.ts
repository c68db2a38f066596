import type { DynamicSection, DynamicSymbol, SymbolReference } from '../../elf/elf-file.ts';
import { symbolsByName } from '../symbol-table.ts';
import type { LinkMap } from './link-map.ts';

const STB_LOCAL = 0;
const STB_WEAK = 2;
/** STV_INTERNAL and STV_HIDDEN. */
const bindsLocally = new Set([1, 2]);

/** Local symbols, and those that are hidden or internal, are bound without a look-up. */
export function isLookedUp(symbol: DynamicSymbol | undefined): symbol is DynamicSymbol {
  return symbol !== undefined && symbol.binding !== STB_LOCAL && !bindsLocally.has(symbol.visibility);
}

/** For one object that was asked: which of another's decisive references it was asked for, and which it meets. */
interface Answers {
  readonly asked: Uint32Array;
  readonly met: Uint32Array;
}

/**
 * The references of one object whose look-up can go wrong: neither local nor weak, or made by a COPY relocation. What other
 * objects answered is kept, since whether an object with versions meets a reference hangs on these two alone.
 */
export class DecisiveReferences {
  readonly all: readonly SymbolReference[];
  readonly #dynamic: DynamicSection;
  #own: ReadonlyMap<string, readonly DynamicSymbol[]> | null = null;
  readonly #answers = new Map<DynamicSection, Answers>();

  private constructor(dynamic: DynamicSection) {
    this.#dynamic = dynamic;
    this.all = dynamic.relocations.references.filter((reference) => {
      const symbol = dynamic.symbols[reference.symbol];
      return isLookedUp(symbol) && (reference.copy || symbol.binding !== STB_WEAK);
    });
  }

  static readonly #known = new WeakMap<DynamicSection, DecisiveReferences>();

  static of(dynamic: DynamicSection): DecisiveReferences {
    const known = DecisiveReferences.#known.get(dynamic);
    if (known !== undefined) return known;
    const references = new DecisiveReferences(dynamic);
    DecisiveReferences.#known.set(dynamic, references);
    return references;
  }

  /** What of the object's own symbols its references can meet: a large program need not be put in a table for that. */
  get own(): ReadonlyMap<string, readonly DynamicSymbol[]> {
    if (this.#own === null) {
      const { symbols } = this.#dynamic;
      const names = new Set(this.all.map(({ symbol }) => symbols[symbol]?.name ?? ''));
      this.#own = symbolsByName(symbols.filter(({ name }) => names.has(name)));
    }
    return this.#own;
  }

  /** Numbers of the references, in order, that none of these objects is known to meet. */
  unmetBy(objects: ReadonlySet<DynamicSection>): number[] {
    const count = this.all.length;
    const met = new Uint32Array((count + 31) >>> 5);
    for (const [object, answers] of this.#answers) {
      if (!objects.has(object)) continue;
      for (let word = 0; word < met.length; word++) met[word] = (met[word] ?? 0) | (answers.met[word] ?? 0);
    }
    const unmet: number[] = [];
    for (let number = 0; number < count; number++) {
      if (((met[number >>> 5] ?? 0) & (1 << (number & 31))) === 0) unmet.push(number);
    }
    return unmet;
  }

  /** What an object is known to say to a reference; null when it was not asked yet. */
  answer(object: DynamicSection, number: number): boolean | null {
    const answers = this.#answers.get(object);
    const bit = 1 << (number & 31);
    if (answers === undefined || ((answers.asked[number >>> 5] ?? 0) & bit) === 0) return null;
    return ((answers.met[number >>> 5] ?? 0) & bit) !== 0;
  }

  remember(object: DynamicSection, number: number, meets: boolean): void {
    let answers = this.#answers.get(object);
    if (answers === undefined) {
      const words = (this.all.length + 31) >>> 5;
      answers = { asked: new Uint32Array(words), met: new Uint32Array(words) };
      this.#answers.set(object, answers);
    }
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    answers.asked[word] = (answers.asked[word] ?? 0) | bit;
    if (meets) answers.met[word] = (answers.met[word] ?? 0) | bit;
  }
}

/**
 * The answer of an object holds for every start: it has versions, so no name that it goes by counts (G41), and it is of the
 * image or the asking object itself, so that there are no more of them than the image has.
 */
export function answersForGood(object: LinkMap, asking: LinkMap): boolean {
  return object.dynamic.hasVersym && (object.role !== 'main' || object === asking);
}
