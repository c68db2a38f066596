import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../differential/mutated/random.ts';
import type { Finding } from './finding.ts';
import { subjects } from './subjects.ts';
import { tryInput } from './try-input.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly subject: string;
  readonly seed: string;
  /** The number of the input that is being read. */
  readonly current: Float64Array;
}

/** Numbers of inputs: from the first up to, but not including, the second. */
export type Share = readonly [from: number, to: number];

/** What a worker says: a finding with its input, or that a share is done. */
export type WorkerWord = { readonly finding: Finding; readonly input: Uint8Array } | { readonly done: Share };

/** Takes shares of numbers from the parent, makes the input of each number and gives it to its readers. */
export async function work({ subject, seed, current }: WorkerTask): Promise<void> {
  const fuzzer = await subjects.get(subject)?.prepare();
  if (fuzzer === undefined) throw new Error(`no subject ${subject}`);
  const say = (word: WorkerWord) => parentPort?.postMessage(word);
  parentPort?.on('message', async ([from, to]: Share) => {
    for (let number = from; number < to; number++) {
      current[0] = number;
      const input = fuzzer.make(new Random(seed, subject, number));
      const fault = await tryInput(fuzzer, input);
      if (fault !== null) say({ finding: { subject, input: `${seed} ${number}`, ...fault }, input });
    }
    say({ done: [from, to] });
  });
  say({ done: [0, 0] });
}

export const taskOfThisWorker = (): WorkerTask => workerData as WorkerTask;
