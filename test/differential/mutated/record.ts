import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Judged } from './judge.ts';

/** The first line of a file of results. */
interface Head {
  readonly code: string;
}

/** What stands for the code that judges: the bundle that runs, which has libc-check and this harness in it. */
export const codeOf = (bundle: string): string =>
  createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 16);

/** A file as it is, or as a tool leaves it, is the same for every seed. */
const keyOf = (seed: string, sample: string, index: number): string =>
  [index > 0 ? seed : '', sample, index].join('\0');

/** The results of runs of one code: kept in a file, if one is given, from which a later run goes on. */
export class JudgedRecord {
  readonly #file: string | null;
  readonly #judged = new Map<string, Judged>();

  /** Throws Error where the file is not one of results, or other code wrote it. */
  constructor(file: string | null, code: string) {
    this.#file = file;
    if (file === null) return;
    if (existsSync(file)) this.read(file, code);
    else appendFileSync(file, `${JSON.stringify({ code } satisfies Head)}\n`);
  }

  /** Adds the results of a file; null for `code` takes any. Gives the code that wrote it. */
  read(file: string, code: string | null): string {
    const [head, ...lines] = readFileSync(file, 'utf8').split('\n');
    const written = (JSON.parse(head ?? '') as Partial<Head>).code;
    if (written === undefined) throw new Error(`${file} has no results`);
    if (code !== null && written !== code) throw new Error(`other code wrote ${file}: give another file`);
    for (const line of lines) {
      // A run that was killed may leave half a line.
      if (!line.endsWith('}')) continue;
      const judged = JSON.parse(line) as Judged;
      this.#judged.set(keyOf(judged.seed, judged.sample, judged.index), judged);
    }
    return written;
  }

  has(seed: string, sample: string, index: number): boolean {
    return this.#judged.has(keyOf(seed, sample, index));
  }

  add(all: readonly Judged[]): void {
    for (const judged of all) {
      this.#judged.set(keyOf(judged.seed, judged.sample, judged.index), judged);
      if (this.#file !== null) appendFileSync(this.#file, `${JSON.stringify(judged)}\n`);
    }
  }

  get all(): readonly Judged[] {
    return [...this.#judged.values()];
  }
}
