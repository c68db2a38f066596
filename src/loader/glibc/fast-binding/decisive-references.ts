import { STB_WEAK } from '../../../elf/constants.ts';
import type { DynamicSection, DynamicSymbol, SymbolReference } from '../../../elf/elf-file.ts';
import { isLookedUp } from '../../symbols/looked-up.ts';
import { symbolsByName } from '../../symbols/symbol-table.ts';

/** One bit for each decisive reference of an object: whether another object meets it, as far as that is known. */
export class Answers {
  readonly asked: Uint32Array;
  readonly met: Uint32Array;

  constructor(count: number) {
    this.asked = new Uint32Array((count + 31) >>> 5);
    this.met = new Uint32Array(this.asked.length);
  }

  /** Null when it is not known yet. */
  get(number: number): boolean | null {
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    if (((this.asked[word] ?? 0) & bit) === 0) return null;
    return ((this.met[word] ?? 0) & bit) !== 0;
  }

  set(number: number, meets: boolean): void {
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    this.asked[word] = (this.asked[word] ?? 0) | bit;
    if (meets) this.met[word] = (this.met[word] ?? 0) | bit;
  }
}

/**
 * The references of one object whose look-up can go wrong: neither local nor weak, or made by a COPY relocation. The
 * answers of other objects are kept, since whether an object with versions meets a reference depends on these two alone.
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

  /** The object's own symbols that its references can find: this spares a table of a large program's symbols. */
  get own(): ReadonlyMap<string, readonly DynamicSymbol[]> {
    if (this.#own === null) {
      const { symbols } = this.#dynamic;
      const names = new Set(this.all.map(({ symbol }) => symbols[symbol]?.name ?? ''));
      const lengths = new Set([...names].map((name) => name.length));
      this.#own = symbolsByName(symbols.filter(({ name }) => lengths.has(name.length) && names.has(name)));
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
    met.forEach((bits, word) => {
      for (let left = ~bits; left !== 0; left &= left - 1) {
        const number = word * 32 + 31 - Math.clz32(left & -left);
        if (number < count) unmet.push(number);
      }
    });
    return unmet;
  }

  /** The object's answers so far; later answers are added to them. */
  answersOf(object: DynamicSection): Answers {
    const answers = this.#answers.get(object) ?? new Answers(this.all.length);
    this.#answers.set(object, answers);
    return answers;
  }
}
