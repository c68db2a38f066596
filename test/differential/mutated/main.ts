import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DlopenHosts } from '../dlopen-hosts.ts';
import { KnownImages } from '../foretold.ts';
import { findImages } from '../images.ts';
import { Probe } from '../probe.ts';
import { Trials } from '../trial.ts';
import { type MutatedArguments, readArguments, usage } from './arguments.ts';
import { isWrong, type Judged } from './judge.ts';
import { codeOf, JudgedRecord } from './record.ts';
import { judgeInRounds } from './rounds.ts';
import { compiledSamples, interleaved, type Sample, samplesOf } from './samples.ts';
import { describeWrong, tableOfKinds } from './tables.ts';
import { missingTools } from './tools.ts';

const secondsForOneStart = 2;
const here = join(process.cwd(), 'test/differential');

const say = (line: string): void => console.error(line);

function samplesFor(args: MutatedArguments, folder: string): Sample[] {
  const compiled = compiledSamples(join(here, 'mutated'), folder);
  const images = args.rootfs === null ? [] : findImages(args.rootfs);
  const real = images
    .filter(({ machine }) => machine.debian === 'amd64' || machine.debian === 'i386')
    .flatMap((image) => samplesOf(image, args, args.seed));
  return interleaved(
    [...compiled, ...real].filter(({ label }) => args.only === null || args.only.test(label)),
  );
}

async function run(args: MutatedArguments): Promise<readonly Judged[]> {
  const record = new JudgedRecord(args.record, codeOf(process.argv[1] ?? ''));
  const folder = mkdtempSync(join(tmpdir(), 'libc-check-mutated-'));
  try {
    const samples = samplesFor(args, folder);
    if (samples.length === 0) throw new Error('no samples');
    const missing = missingTools();
    if (missing.length > 0) say(`not on this machine: ${missing.join(', ')}`);
    const probe = new Probe(join(here, 'probe'), folder, secondsForOneStart);
    const trials = new Trials(probe, new DlopenHosts(join(here, 'probe'), folder, new Map()), true);
    const images = new KnownImages(join(folder, 'images'));
    await judgeInRounds(samples, { args, trials, images, folder: join(folder, 'mutants'), record, say });
    return record.all;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The results of files that one code wrote. */
function sum(files: readonly string[]): readonly Judged[] {
  const record = new JudgedRecord(null, '');
  let code: string | null = null;
  for (const file of files) code = record.read(file, code);
  return record.all;
}

async function main(words: readonly string[]): Promise<number> {
  const args = readArguments(words);
  const judged = args.sum.length > 0 ? sum(args.sum) : await run(args);
  const text = tableOfKinds(judged);
  console.log(`${text}\n${describeWrong(judged)}`);
  if (args.markdown !== null) writeFileSync(args.markdown, text);
  return judged.some(isWrong) ? 1 : 0;
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
