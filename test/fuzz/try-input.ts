import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bounds, type Finding, type FindingKind, wordsOf } from './finding.ts';
import type { Fuzzer } from './subject.ts';

type Fault = Pick<Finding, 'kind' | 'words'>;

const fault = (kind: FindingKind, words: string): Fault => ({ kind, words });

/** Only an input that takes so long is asked how much memory it took: the question itself costs more than most inputs. */
const worthALookMs = 20;

v8.setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const heldMiB = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};

/** What reading the input takes before anything of it is given back; null below the bound. */
async function memoryFault(fuzzer: Fuzzer, input: Buffer): Promise<Fault | null> {
  if (heldMiB() <= bounds.memoryMiB) return null;
  collectGarbage();
  const before = heldMiB();
  if (before > bounds.memoryMiB)
    return fault('memory', `${Math.round(before)} MiB are still held after an input`);
  await fuzzer.feed(input);
  const taken = heldMiB() - before;
  return taken > bounds.memoryMiB ? fault('memory', `an input takes ${Math.round(taken)} MiB`) : null;
}

/** Milliseconds of work: another process may have had the processor, and another thread's work counts for this process. */
async function workOf(task: () => void | Promise<void>): Promise<number> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  // Most readers give no promise: to await each costs more than to read.
  const reading = task();
  if (reading !== undefined) await reading;
  const { user, system } = process.cpuUsage(before);
  return Math.min(performance.now() - started, (user + system) / 1000);
}

/** Gives one input to its readers; null when nothing is wrong. What was slow is tried again. */
export async function tryInput(
  fuzzer: Fuzzer,
  input: Buffer,
  slowMs: number = bounds.slowMs,
): Promise<Fault | null> {
  const feed = () => fuzzer.feed(input);
  try {
    let least = await workOf(feed);
    for (let turn = 1; least >= slowMs && turn < 3; turn++) least = Math.min(least, await workOf(feed));
    if (least >= slowMs) return fault('slow', `an input takes ${Math.round(least)} ms`);
    return least < worthALookMs ? null : await memoryFault(fuzzer, input);
  } catch (error) {
    return fault('error', wordsOf(error));
  }
}
