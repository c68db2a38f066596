import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DlopenHosts } from '../dlopen-hosts.ts';
import { findImages } from '../images.ts';
import { Probe } from '../probe.ts';
import { Trials } from '../trial.ts';
import { type MutatedArguments, readArguments, usage } from './arguments.ts';
import { recordsOf } from './elf-records.ts';
import { type Candidate, fileOf, isWrong, type Judged, judge } from './judge.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { compiledSamples, type Sample, samplesOf } from './samples.ts';
import { describeWrong, tableOfKinds } from './tables.ts';
import { missingTools, rewritten } from './tools.ts';

const secondsForOneStart = 2;
const atOnce = 200;
const here = join(process.cwd(), 'test/differential');

const say = (line: string): void => console.error(line);

function samplesFor(args: MutatedArguments, folder: string): Sample[] {
  const compiled = compiledSamples(join(here, 'mutated'), folder);
  const images = args.rootfs === null ? [] : findImages(args.rootfs);
  const real = images
    .filter(({ machine }) => machine.debian === 'amd64' || machine.debian === 'i386')
    .flatMap((image) => samplesOf(image, args, args.seed));
  return [...compiled, ...real].filter(({ label }) => args.only === null || args.only.test(label));
}

interface Rig {
  readonly args: MutatedArguments;
  readonly trials: Trials;
  readonly folder: string;
}

/** The mutants of one sample; none where the sample itself does not start, or libc-check does not say so. */
async function judgeSample(sample: Sample, count: number, { args, trials, folder }: Rig): Promise<Judged[]> {
  const original = readFileSync(sample.path);
  const [asItIs] = await judge(sample, original, [{ index: 0, mutation: null }], trials, folder);
  if (asItIs === undefined || asItIs.trial.end !== 'starts') {
    say(`${sample.label}: skipped, ${asItIs?.trial.said}`);
    return [];
  }
  if (asItIs.class !== 'agree') return [asItIs];
  const records = recordsOf(original);
  const judged: Judged[] = [asItIs];
  if (args.index === null) {
    const made = rewritten(sample, folder).map((mutation, i): Candidate => ({ index: -1 - i, mutation }));
    judged.push(...(await judge(sample, original, made, trials, folder)));
  }
  const indexes = args.index === null ? Array.from({ length: count }, (_, index) => index + 1) : [args.index];
  for (let at = 0; at < indexes.length; at += atOnce) {
    const batch = indexes.slice(at, at + atOnce).map(
      (index): Candidate => ({
        index,
        mutation: mutate(original, records, new Random(args.seed, sample.label, index)),
      }),
    );
    const these = await judge(sample, original, batch, trials, folder);
    judged.push(...these);
    if (args.keep === null) continue;
    for (const { index } of these.filter((each) => each.class !== 'agree' || args.index !== null)) {
      mkdirSync(args.keep, { recursive: true });
      copyFileSync(
        join(folder, fileOf(index)),
        join(args.keep, `${sample.label.replaceAll(/[ /]+/g, '_')}-${index}`),
      );
    }
  }
  const of = (name: Judged['class']) => judged.filter((each) => each.class === name).length;
  say(
    `${sample.label}: ${judged.length}, wrong runs ${of('wrong runs')}, ended later ${of('ended later')}, wrong fails ${of('wrong fails')}, unknown ${of('unknown')}`,
  );
  return judged;
}

async function main(words: readonly string[]): Promise<number> {
  const args = readArguments(words);
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-mutated-'));
  try {
    const samples = samplesFor(args, folder);
    if (samples.length === 0) throw new Error('no samples');
    const missing = missingTools();
    if (missing.length > 0) say(`not on this machine: ${missing.join(', ')}`);
    const probe = new Probe(join(here, 'probe'), folder, secondsForOneStart);
    const trials = new Trials(probe, new DlopenHosts(join(here, 'probe'), folder, new Map()), true);
    const rig = { args, trials, folder: join(folder, 'mutants') };
    const judged: Judged[] = [];
    for (const sample of samples) {
      judged.push(...(await judgeSample(sample, Math.ceil(args.count / samples.length), rig)));
      if (args.json !== null) writeFileSync(args.json, JSON.stringify(judged, null, 1));
    }
    const text = tableOfKinds(judged);
    console.log(`${text}\n${describeWrong(judged)}`);
    if (args.markdown !== null) writeFileSync(args.markdown, text);
    return judged.some(isWrong) ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    if (process.env['DEBUG'] !== undefined) console.error(error);
    console.error(`\n${usage}`);
    process.exitCode = 2;
  },
);
