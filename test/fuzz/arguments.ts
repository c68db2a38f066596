import { parseArgs } from 'node:util';
import { subjects } from './subjects.ts';

export interface FuzzArguments {
  readonly subjects: readonly string[];
  readonly seconds: number;
  readonly count: number;
  readonly workers: number;
  readonly seed: string;
  readonly state: string | null;
  readonly corpus: string;
  readonly markdown: string | null;
  readonly real: boolean;
  readonly rootfs: string | null;
}

export const usage = `npm run fuzz -- [options] SUBJECT…

Makes hostile inputs and gives them to everything that reads such a thing: exit 1 when one ends in an error that the program
does not speak of, contradicts itself, takes more than a second or 256 MiB, or hangs. Subjects: ${[...subjects.keys()].join(', ')}.

  --seconds N      stop then; the seconds are shared out evenly (60)
  --count N        stop at so many inputs of each subject, runs with the same state together
  --workers N      inputs that are read at the same time (1)
  --seed WORD      another seed makes other inputs (1)
  --state FILE     what was done: the next run goes on from there
  --corpus DIR     inputs that found something: tried first, and added to (test/fuzz/corpus)
  --markdown FILE  write the table of all that the state has
  --real           start mutated programs for real and compare: test:mutated, with this seed, time, state and corpus
  --rootfs DIR     for --real: also files of the root file systems in DIR
`;

/** Throws Error with one line for what cannot be understood. */
export function readArguments(words: readonly string[]): FuzzArguments {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      ...{ seconds: text, count: text, workers: text, seed: text, state: text, corpus: text },
      ...{ markdown: text, rootfs: text, real: { type: 'boolean' } },
    },
  });
  const number = (word: string | undefined, otherwise: number) => {
    const value = word === undefined ? otherwise : Number(word);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`not a number above 0: ${word}`);
    return value;
  };
  const unknown = positionals.find((name) => !subjects.has(name));
  if (unknown !== undefined) throw new Error(`no subject ${unknown}`);
  if (positionals.length === 0) throw new Error('a subject is missing');
  if (values.real === true && positionals.join() !== 'elf') throw new Error('--real is for elf alone');
  return {
    subjects: positionals,
    seconds: number(values.seconds, 60),
    count: number(values.count, Number.MAX_SAFE_INTEGER),
    workers: number(values.workers, 1),
    seed: values.seed ?? '1',
    state: values.state ?? null,
    corpus: values.corpus ?? 'test/fuzz/corpus',
    markdown: values.markdown ?? null,
    real: values.real === true,
    rootfs: values.rootfs ?? null,
  };
}
