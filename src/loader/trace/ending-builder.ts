import type { Ending } from './load-trace.ts';
import type { Problem } from './problem.ts';

/** Lines that were printed so far and what ended the start, while phases pass (phases L, V, P, S of docs/loader). */
export class EndingBuilder {
  readonly #lines: string[] = [];
  #ending: Ending | null = null;

  get ended(): boolean {
    return this.#ending !== null;
  }

  /** A phase that ends at its first fatal problem. */
  firstFatal(problems: readonly Problem[]): this {
    for (const problem of problems) {
      if (this.#ending !== null) return this;
      this.#print(problem);
      if (problem.fatal) this.#stop(problem);
    }
    return this;
  }

  /** A phase that prints all its problems and then ends if one was fatal. */
  allThenStop(problems: readonly Problem[]): this {
    if (this.#ending !== null) return this;
    for (const problem of problems) this.#print(problem);
    const fatal = problems.find((problem) => problem.fatal);
    if (fatal !== undefined) this.#stop(fatal);
    return this;
  }

  #print(problem: Problem): void {
    const comesLater = !problem.fatal && problem.exitStatus !== null;
    if (problem.seen !== null && !comesLater) this.#lines.push(problem.seen);
  }

  #stop(problem: Problem): void {
    this.#ending = {
      kind: 'stops',
      stage: problem.stage,
      message: this.#lines.join('\n'),
      isWhole: true,
      exitStatus: problem.exitStatus ?? 127,
    };
  }

  build(): Ending {
    return this.#ending ?? { kind: 'starts', printed: this.#lines.join('\n') };
  }
}
