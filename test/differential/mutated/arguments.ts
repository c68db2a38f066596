import { parseArgs } from 'node:util';

export interface MutatedArguments {
  readonly count: number;
  readonly seconds: number | null;
  readonly seed: string;
  readonly rootfs: string | null;
  readonly programs: number;
  readonly objects: number;
  readonly only: RegExp | null;
  readonly index: number | null;
  readonly keep: string | null;
  readonly record: string | null;
  readonly sum: readonly string[];
  readonly markdown: string | null;
}

export const usage = `npm run test:mutated -- [options]

Changes one entry of a program or shared object, starts it for real, and asks libc-check about the same file:
exit 1 when libc-check says that one runs which does not, that one fails which starts, or that one is unknown which a
tool such as strip, patchelf or upx made and which starts.

  --count N        mutants (600)
  --seconds N      stop then, with the tables of what was done: each round has some mutants of every sample
  --seed WORD      another seed gives other mutants (1)
  --rootfs DIR     also programs and shared objects of the root file systems in DIR, of x86-64 and i386
  --programs N     most programs of each root file system (6)
  --objects N      most shared objects of each (4)
  --only PATTERN   only samples whose label matches
  --index N        only mutant N of each sample
  --keep DIR       write the files that are judged wrong into DIR
  --record FILE    append every mutant with both answers, a line each; what FILE has of the same code is not repeated and counts
  --sum FILE       start nothing: the tables of such a FILE, or of several that the same code wrote
  --markdown FILE  write the tables
`;

/** Throws Error with one line for what cannot be understood. */
export function readArguments(words: readonly string[]): MutatedArguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...{ count: text, seconds: text, seed: text, rootfs: text, programs: text, objects: text, only: text },
      ...{ index: text, keep: text, record: text, markdown: text },
      sum: { type: 'string', multiple: true },
    },
  });
  const number = (word: string | undefined, otherwise: number) => {
    const value = word === undefined ? otherwise : Number(word);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`not a number: ${word}`);
    return value;
  };
  const numberOrNull = (word: string | undefined) => (word === undefined ? null : number(word, 0));
  return {
    count: number(values.count, 600),
    seconds: numberOrNull(values.seconds),
    seed: values.seed ?? '1',
    rootfs: values.rootfs ?? null,
    programs: number(values.programs, 6),
    objects: number(values.objects, 4),
    only: values.only === undefined ? null : new RegExp(values.only),
    index: numberOrNull(values.index),
    keep: values.keep ?? null,
    record: values.record ?? null,
    sum: values.sum ?? [],
    markdown: values.markdown ?? null,
  };
}
