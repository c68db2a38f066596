import type { Random } from '../differential/mutated/random.ts';

/** A kind of input that comes from outside. A new one is a file in `subjects/` and a line in `subjects.ts`. */
export interface Subject {
  readonly name: string;
  /** What the inputs are, for the table of docs/reliability.md. */
  readonly inputs: string;
  /** Reads what inputs are made of. */
  prepare(): Fuzzer | Promise<Fuzzer>;
}

export interface Fuzzer {
  /** One input; it depends on nothing but the random numbers. */
  make(random: Random): Buffer;
  /**
   * Gives the input to everything that reads such a thing, and throws where that is a finding: an error that the program does
   * not speak of, or two answers that must be the same. What is done depends on nothing but the input.
   */
  feed(input: Buffer): void | Promise<void>;
}

/** Two answers differ that must be the same. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
}
