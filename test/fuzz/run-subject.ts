import { Worker } from 'node:worker_threads';
import { Random } from '../differential/mutated/random.ts';
import type { Corpus } from './corpus.ts';
import { bounds, type Finding, keyOf } from './finding.ts';
import type { FuzzState, SubjectState } from './state.ts';
import { subjects } from './subjects.ts';
import type { Share, WorkerTask, WorkerWord } from './worker.ts';

export interface Run {
  readonly bundle: string;
  /** What stands for the code that reads the inputs. */
  readonly code: string;
  readonly state: FuzzState;
  readonly corpus: Corpus;
  readonly workers: number;
  /** When to stop, as Date.now has it. */
  readonly end: number;
  /** Inputs of one subject, all runs together. */
  readonly count: number;
  readonly say: (line: string) => void;
}

/** Numbers that a worker is given at once. */
const shareSize = 500;

const watchMs = 1000;

/** One worker, and what it is doing. */
class Hand {
  readonly current = new Float64Array(new SharedArrayBuffer(8));
  share: Share | null = null;
  #seen = -1;
  #since = 0;
  worker: Worker;

  constructor(bundle: string, subject: string, seed: string) {
    const workerData: WorkerTask = { subject, seed, current: this.current };
    this.worker = new Worker(bundle, { workerData, resourceLimits: { maxOldGenerationSizeMb: 768 } });
  }

  /** The number that it has been reading for longer than any may take; null while it goes on. */
  stuckAt(now: number): number | null {
    const number = this.current[0] ?? 0;
    if (this.share === null || number !== this.#seen) {
      this.#seen = this.share === null ? -1 : number;
      this.#since = now;
    }
    return now - this.#since > bounds.hangMs ? number : null;
  }
}

/** Runs one subject until its time or its count is over. */
export class SubjectRun {
  readonly #run: Run;
  readonly #subject: string;
  readonly #state: SubjectState;
  readonly #hands = new Set<Hand>();
  readonly #started = Date.now();
  #secondsBefore: number;
  #over: () => void = () => undefined;

  constructor(run: Run, subject: string) {
    this.#run = run;
    this.#subject = subject;
    this.#state = run.state.of(subject);
    this.#secondsBefore = this.#state.seconds;
  }

  async go(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    for (let i = 0; i < this.#run.workers; i++) this.#hire();
    const watch = setInterval(() => this.#watch(), watchMs);
    await over;
    clearInterval(watch);
    this.#save();
  }

  #hire(): void {
    const hand = new Hand(this.#run.bundle, this.#subject, this.#run.state.seed);
    this.#hands.add(hand);
    hand.worker.on('message', (word: WorkerWord) => {
      if ('finding' in word) this.#found(word.finding, word.input);
      else this.#next(hand, word.done);
    });
    hand.worker.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      this.#lost(hand, hand.current[0] ?? 0, 'memory', 'an input takes all memory of its worker');
    });
  }

  #next(hand: Hand, done: Share): void {
    if (hand.share !== null) this.#close(hand.share, done[1] - done[0]);
    hand.share = this.#take();
    if (hand.share !== null) hand.worker.postMessage(hand.share);
    else this.#dismiss(hand);
  }

  /** Shares that an earlier run left open come first. */
  #take(): Share | null {
    const state = this.#state;
    if (Date.now() >= this.#run.end) return null;
    const busy = new Set([...this.#hands].map(({ share }) => share));
    const left = state.open.find((share) => !busy.has(share));
    if (left !== undefined) return left;
    if (state.next >= this.#run.count) return null;
    const share: Share = [state.next, Math.min(state.next + shareSize, this.#run.count)];
    state.next = share[1];
    state.open.push(share);
    return share;
  }

  #close(share: Share, inputs: number): void {
    const { code } = this.#run;
    this.#state.open = this.#state.open.filter((each) => each !== share);
    this.#state.inputs[code] = (this.#state.inputs[code] ?? 0) + inputs;
  }

  #dismiss(hand: Hand): void {
    this.#hands.delete(hand);
    void hand.worker.terminate();
    if (this.#hands.size === 0) this.#over();
  }

  #found(finding: Finding, input: Uint8Array): void {
    const key = keyOf(finding);
    const before = this.#state.findings[key] ?? 0;
    this.#state.findings[key] = before + 1;
    this.#run.corpus.keep(finding, input);
    if (before === 0) this.#run.say(`${this.#subject}: ${key}: ${finding.words} (input ${finding.input})`);
  }

  /** The worker is gone with one of its numbers: what is behind that number is left to do. */
  #lost(hand: Hand, number: number, kind: Finding['kind'], words: string): void {
    const { subject, seed } = { subject: this.#subject, seed: this.#run.state.seed };
    void this.#keepInput({ subject, kind, words, input: `${seed} ${number}` }, number);
    if (hand.share !== null) {
      const [from, to] = hand.share;
      this.#close(hand.share, number + 1 - from);
      if (number + 1 < to) this.#state.open.push([number + 1, to]);
    }
    this.#hands.delete(hand);
    void hand.worker.terminate();
    this.#hire();
  }

  async #keepInput(finding: Finding, number: number): Promise<void> {
    const fuzzer = await subjects.get(this.#subject)?.prepare();
    if (fuzzer === undefined) return;
    this.#found(finding, fuzzer.make(new Random(this.#run.state.seed, this.#subject, number)));
  }

  #watch(): void {
    const now = Date.now();
    for (const hand of [...this.#hands]) {
      const number = hand.stuckAt(now);
      if (number !== null) this.#lost(hand, number, 'hang', `an input takes more than ${bounds.hangMs} ms`);
    }
    this.#save();
  }

  #save(): void {
    this.#state.seconds = this.#secondsBefore + (Date.now() - this.#started) / 1000;
    this.#run.state.save();
  }
}
