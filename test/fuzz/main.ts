import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { codeOf } from '../differential/mutated/record.ts';
import { type FuzzArguments, readArguments, usage } from './arguments.ts';
import { Corpus } from './corpus.ts';
import { SubjectRun } from './run-subject.ts';
import { FuzzState } from './state.ts';
import { table } from './table.ts';
import { taskOfThisWorker, work } from './worker.ts';

const say = (line: string): void => console.error(line);

/** Mutated programs, started for real: the harness of test:mutated with the same words. */
function startForReal({ seed, seconds, state, corpus, markdown, rootfs, count }: FuzzArguments): number {
  const given = { seed, seconds: String(seconds), record: state, keep: corpus, markdown, rootfs };
  const words = Object.entries(given).flatMap(([name, value]) =>
    value === null ? [] : [`--${name}`, value],
  );
  const entry = ['test/run-harness.mjs', 'differential/mutated/main.ts', '--count', String(count)];
  return spawnSync(process.execPath, [...entry, ...words], { stdio: 'inherit' }).status ?? 2;
}

/** Gives 1 when something was found. */
async function fuzz(args: FuzzArguments): Promise<number> {
  const bundle = process.argv[1] ?? '';
  const state = new FuzzState(args.state, args.seed);
  const corpus = new Corpus(args.corpus);
  let found = 0;
  for (const [i, subject] of args.subjects.entries()) {
    for (const { input, words } of await corpus.still(subject)) {
      say(`${subject}: the corpus's ${input} still: ${words}`);
      found += 1;
    }
    const before = Object.keys(state.of(subject).findings).length;
    const { count, workers } = args;
    const end = Date.now() + (args.seconds * 1000) / args.subjects.length;
    await new SubjectRun(
      { bundle, code: codeOf(bundle), state, corpus, workers, end, count, say },
      subject,
    ).go();
    found += Object.keys(state.of(subject).findings).length - before;
    say(`${subject}: done, ${i + 1} of ${args.subjects.length}`);
  }
  const text = table(state.all);
  console.log(text);
  if (args.markdown !== null) writeFileSync(args.markdown, text);
  return found > 0 ? 1 : 0;
}

async function main(words: readonly string[]): Promise<number> {
  const args = readArguments(words);
  return args.real ? startForReal(args) : fuzz(args);
}

function fail(error: unknown): void {
  say(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 2;
}

if (isMainThread) {
  main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  }, fail);
} else await work(taskOfThisWorker());
