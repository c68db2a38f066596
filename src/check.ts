import type { SkippedFiles } from './binary/skipped-files.ts';
import { callerEnvironment } from './caller-environment.ts';
import type { CheckReport, CheckResult } from './examine/check-report.ts';
import { examine } from './examine/examine.ts';
import { LongWork } from './image/long-work.ts';
import type { Call, CheckInput } from './plan/check-input.ts';
import { planCall } from './plan/from-call.ts';
import type { FailedStart, Start } from './plan/start.ts';
import { toolIdentity } from './tool-identity.ts';

/** The call, made in the environment of this process if it names no other. Throws TypeError where it asks for nothing. */
function callOf(input: CheckInput): Call {
  for (const name of ['binaries', 'images'] as const)
    if (!Array.isArray(input?.[name])) throw new TypeError(`check needs "${name}", an array of texts`);
  if (input.images.length === 0)
    throw new TypeError('check was called without an image: give "images" one, such as alpine:3.19');
  return { ...input, environment: input.environment ?? callerEnvironment() };
}

const pathOf = (start: Start | FailedStart): string =>
  'failure' in start ? start.path : `${start.binary.path} in ${start.image.reference}`;

/**
 * Checks every binary in every image and gives each result as it comes: all binaries in the first image, then all in the
 * second. Of what was read for a result, only what a later one needs again stays in memory. What cannot be read gives a result
 * with the verdict `unknown` and its reason. Throws TypeError, before the first result, for a call without images or whose binaries
 * are no array, and the reason of `signal` once that aborts; else only faults of this program are thrown.
 */
export async function* checkStream(input: CheckInput): AsyncGenerator<CheckResult, void, void> {
  const call = callOf(input);
  const work = new LongWork(call);
  for await (const start of planCall(call)) {
    if (work.isDue) await work.pause(`checking ${pathOf(start)}`);
    yield examine(start);
  }
}

/** Results that come image by image: binary by binary, each in all images. Links of a command stay together. */
function byBinary(results: readonly CheckResult[]): readonly CheckResult[] {
  const ofBinary = new Map<string, CheckResult[]>();
  for (const result of results) {
    const key = result.command === null ? result.binary.path : '';
    const known = ofBinary.get(key);
    if (known === undefined) ofBinary.set(key, [result]);
    else known.push(result);
  }
  return [...ofBinary.values()].flat();
}

/**
 * Checks every binary in every image: whether it would start there, what a user would see, why, and what cures it. The results
 * are in the order of the binaries, and for each binary in the order of the images. See `checkStream` for what is thrown.
 */
export async function check(input: CheckInput): Promise<CheckReport> {
  const results: CheckResult[] = [];
  const skipped: SkippedFiles[] = [];
  const onSkipped = (files: SkippedFiles) => {
    skipped.push(files);
    input.onSkipped?.(files);
  };
  for await (const result of checkStream({ ...input, onSkipped })) results.push(result);
  const count = (verdict: CheckResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    schemaVersion: 1,
    tool: toolIdentity,
    checkedAt: new Date().toISOString(),
    summary: { runs: count('runs'), fails: count('fails'), unknown: count('unknown') },
    results: byBinary(results),
    skipped,
  };
}
