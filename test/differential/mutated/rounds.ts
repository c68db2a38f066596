import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MutatedArguments } from './arguments.ts';
import { recordsOf } from './elf-records.ts';
import { type Bench, type Candidate, fileOf, isWrong, type Judged, judge } from './judge.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import type { JudgedRecord } from './record.ts';
import type { Sample } from './samples.ts';
import { rewritten } from './tools.ts';

/** Mutants of one sample in one round. */
const inOneRound = 25;

export interface Rig extends Bench {
  readonly args: MutatedArguments;
  readonly record: JudgedRecord;
  readonly say: (line: string) => void;
}

/**
 * Judges some mutants of every sample, and again until each has its share of `count` or the seconds are over: what was done
 * until then is of all samples alike.
 */
export async function judgeInRounds(samples: readonly Sample[], rig: Rig): Promise<void> {
  const { args, record, say } = rig;
  const end = args.seconds === null ? Number.POSITIVE_INFINITY : Date.now() + args.seconds * 1000;
  const share = Math.ceil(args.count / samples.length);
  let going = samples.map((sample) => batchesOf(sample, share, rig));
  for (let round = 1; going.length > 0; round++) {
    const still: typeof going = [];
    for (const batches of going) {
      if (Date.now() >= end) {
        say('stopped: the seconds are over');
        return;
      }
      const { value, done } = await batches.next();
      if (done === true) continue;
      record.add(value);
      still.push(batches);
    }
    going = still;
    const wrong = record.all.filter(isWrong).length;
    say(`round ${round}: ${record.all.length} starts of ${samples.length} samples, ${wrong} wrong`);
  }
}

/** The sample as it is, then as tools leave it, then its mutants. Ends at once where the sample itself does not start. */
async function* batchesOf(sample: Sample, share: number, rig: Rig): AsyncGenerator<readonly Judged[]> {
  const { args, folder, record, say } = rig;
  const original = readFileSync(sample.path);
  const judgeAll = (candidates: readonly Candidate[]) => judge(sample, original, candidates, rig, args.seed);
  const isNew = ({ index }: Candidate) => !record.has(args.seed, sample.label, index);
  const [asItIs] = await judgeAll([{ index: 0, mutation: null }]);
  if (asItIs === undefined || asItIs.trial.end !== 'starts') {
    say(`${sample.label}: skipped, ${asItIs?.trial.said}`);
    return;
  }
  yield [asItIs];
  if (asItIs.class !== 'agree') return;
  if (args.index === null) {
    const made = rewritten(sample, folder).map((mutation, i): Candidate => ({ index: -1 - i, mutation }));
    yield await judgeAll(made.filter(isNew));
  }
  const records = recordsOf(original);
  const indexes = args.index === null ? Array.from({ length: share }, (_, i) => i + 1) : [args.index];
  for (let at = 0; at < indexes.length; at += inOneRound) {
    const batch = indexes
      .slice(at, at + inOneRound)
      .filter((index) => args.index !== null || isNew({ index, mutation: null }))
      .map((index): Candidate => {
        const random = new Random(args.seed, sample.label, index);
        return { index, mutation: mutate(original, records, random) };
      });
    const judged = await judgeAll(batch);
    if (args.keep !== null) keepFiles(judged, folder, args.keep, args.index !== null);
    yield judged;
  }
}

/** Copies the files of a batch on which the two sides do not agree, or all. */
function keepFiles(judged: readonly Judged[], folder: string, into: string, all: boolean): void {
  mkdirSync(into, { recursive: true });
  for (const { sample, index } of judged.filter((each) => all || each.class !== 'agree'))
    copyFileSync(join(folder, fileOf(index)), join(into, `${sample.replaceAll(/[ /]+/g, '_')}-${index}`));
}
