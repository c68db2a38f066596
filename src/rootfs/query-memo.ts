import { type Place, ReadSet } from './read-set.ts';
import type { Rootfs } from './rootfs.ts';

/** A query of a tree; the function is its key. */
export type Query<T> = (rootfs: Rootfs) => T;

/** The result of a query, and the parts of the tree that it depends on. */
interface Answer {
  readonly result: unknown;
  readonly reads: ReadSet;
}

/** The memo of the tree below, and the place of the one file in which this tree differs from it. */
interface Base {
  readonly memo: QueryMemo;
  readonly place: Place;
}

/** The results of queries to one tree. Those of the tree below it hold as well, where they did not read the place that differs. */
export class QueryMemo {
  readonly #observed: (reads: ReadSet) => Rootfs;
  readonly #base: Base | null;
  #answers: Map<unknown, Answer> | null = null;

  /** `observed` is the tree; it adds every read to a read set. */
  constructor(observed: (reads: ReadSet) => Rootfs, base: Base | null) {
    this.#observed = observed;
    this.#base = base;
  }

  /** The result of a query, found once; what it read is added to `reads`. */
  ask<T>(query: Query<T>, reads: ReadSet | null): T {
    const answer = this.#answer(query);
    reads?.addAll(answer.reads);
    return answer.result as T;
  }

  #answer(query: Query<unknown>): Answer {
    const known = this.#answers?.get(query);
    if (known !== undefined) return known;
    if (this.#base !== null) {
      const below = this.#base.memo.#answer(query);
      if (!below.reads.includes(this.#base.place)) return below;
    }
    const reads = new ReadSet();
    const answer = { result: query(this.#observed(reads)), reads };
    this.#answers ??= new Map();
    this.#answers.set(query, answer);
    return answer;
  }
}
