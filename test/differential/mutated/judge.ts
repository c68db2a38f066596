import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult, Verdict } from '../../../src/examine/check-report.ts';
import type { DiskBinary } from '../binaries.ts';
import { foretell, type KnownImages } from '../foretold.ts';
import type { Trial, Trials } from '../trial.ts';
import { inParallel } from '../work-together.ts';
import type { Kind } from './elf-records.ts';
import type { Mutation } from './mutate.ts';
import type { Sample } from './samples.ts';

/** What both sides said about one file, and how they compare. */
export interface Judged {
  readonly seed: string;
  readonly sample: string;
  readonly index: number;
  readonly kind: Kind | 'as it is';
  readonly what: string;
  readonly trial: Trial;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly class: JudgedClass;
}

export const judgedClasses = [
  'agree',
  'wrong runs',
  'ended later',
  'wrong fails',
  'unknown',
  'no answer',
] as const;
/** `ended later`: said to run, and its loader did hand over, but the process was killed after that. */
export type JudgedClass = (typeof judgedClasses)[number];

function classOf(verdict: Verdict, { end }: Trial): JudgedClass {
  if (end === 'no answer') return 'no answer';
  if (verdict === 'unknown') return 'unknown';
  if (verdict === 'runs') return end === 'starts' ? 'agree' : end === 'ended' ? 'ended later' : 'wrong runs';
  return end === 'starts' ? 'wrong fails' : 'agree';
}

/** A file that a tool of people made may not become `unknown` either. */
export function isWrong(judged: Judged): boolean {
  if (judged.class === 'wrong runs' || judged.class === 'wrong fails') return true;
  return (
    judged.class === 'unknown' &&
    judged.trial.end === 'starts' &&
    (judged.kind === 'made by a tool' || judged.kind === 'as it is')
  );
}

const wordsOf = ({ reason, seen, findings, verdict }: CheckResult): string =>
  verdict === 'unknown'
    ? (reason ?? '')
    : `${findings.map(({ rule }) => rule).join(',')} ${seen === null ? '' : `${seen.exitStatus} ${seen.message.split('\n')[0]}`}`;

export interface Candidate {
  readonly index: number;
  readonly mutation: Mutation | null;
}

/** Where the file of a mutant lies, below the folder of a batch. */
export const fileOf = (index: number): string => join('c', index < 0 ? `t${-index}` : `m${index}`);

/** What both sides are asked with. */
export interface Bench {
  readonly trials: Trials;
  readonly images: KnownImages;
  /** It is emptied for each batch. */
  readonly folder: string;
}

/** Writes the files of one sample, starts each, and asks libc-check about all of them. The folder is emptied first. */
export async function judge(
  sample: Sample,
  original: Buffer,
  candidates: readonly Candidate[],
  { trials, images, folder }: Bench,
  seed: string,
): Promise<Judged[]> {
  if (candidates.length === 0) return [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'c'), { recursive: true });
  const binaries = candidates.map(({ index, mutation }): DiskBinary => {
    const path = join(folder, fileOf(index));
    writeFileSync(path, mutation?.bytes ?? original, { mode: 0o755 });
    return {
      label: `${sample.label} ${index}`,
      path,
      at: `/${fileOf(index)}`,
      question: sample.question,
      machine: sample.image.machine,
      interp: null,
      needed: [],
      fromCaller: [],
    };
  });
  const results = await foretell(sample.image, binaries, await images.referenceOf(sample.image));
  return inParallel(candidates, 2, async ({ index, mutation }, i) => {
    const result = results[i];
    if (result === undefined) throw new Error(`libc-check gave no result for ${sample.label} ${index}`);
    // A change may make a shared object of a program: libc-check answers the question that its file asks.
    const loads = result.binary.kind === 'shared-object';
    const at = `/${fileOf(index)}`;
    const place = { image: sample.image, layers: [folder], env: [] };
    const trial = loads ? await trials.load(place, at) : await trials.start(place, at, sample.argv.slice(1));
    return {
      seed,
      sample: sample.label,
      index,
      kind: mutation?.kind ?? 'as it is',
      what: mutation?.what ?? '',
      trial,
      verdict: result.verdict,
      reason: wordsOf(result),
      class: classOf(result.verdict, trial),
    };
  });
}
