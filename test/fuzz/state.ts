import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Share } from './worker.ts';

/** What was done with one subject, by every code that did some of it. */
export interface SubjectState {
  /** The first number that no worker was given yet. */
  next: number;
  /** Given to workers, and not done. */
  open: Share[];
  /** Inputs by the code that read them. */
  inputs: Record<string, number>;
  seconds: number;
  /** Keys of the findings. */
  findings: Record<string, number>;
}

interface Written {
  readonly seed: string;
  readonly subjects: Record<string, SubjectState>;
}

const emptyState = (): SubjectState => ({ next: 0, open: [], inputs: {}, seconds: 0, findings: {} });

/** The state of a long run, in a file, from which the next run goes on: no number is done twice with the same seed. */
export class FuzzState {
  readonly #file: string | null;
  readonly seed: string;
  readonly #subjects: Record<string, SubjectState>;

  /** Throws Error where the file is none of these, or of another seed. */
  constructor(file: string | null, seed: string) {
    this.#file = file;
    this.seed = seed;
    const written: Partial<Written> =
      file !== null && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { seed, subjects: {} };
    if (written.seed !== seed || written.subjects === undefined)
      throw new Error(`${file} is of another seed: give --seed ${written.seed}, or another file`);
    this.#subjects = written.subjects;
  }

  of(subject: string): SubjectState {
    const known = this.#subjects[subject] ?? emptyState();
    this.#subjects[subject] = known;
    return known;
  }

  get all(): ReadonlyMap<string, SubjectState> {
    return new Map(Object.entries(this.#subjects));
  }

  /** Written beside and renamed: a run that is killed leaves the last whole state. */
  save(): void {
    if (this.#file === null) return;
    writeFileSync(`${this.#file}.new`, `${JSON.stringify({ seed: this.seed, subjects: this.#subjects })}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
