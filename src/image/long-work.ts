import type { ImageProgress } from './source-options.ts';

/** What a call says of work that may take long. */
export interface WorkOptions {
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** So long nothing else has its turn, in milliseconds: a person takes less than a tenth of a second for "at once". */
const longestTurn = 40;

/**
 * Work in small steps that never waits by itself, such as a walk over a tree: while it goes on, no signal, timer or other task of
 * the process has its turn. Whoever does it asks `isDue` after each step and then pauses.
 */
export class LongWork {
  readonly #options: WorkOptions;
  #began = performance.now();

  constructor(options: WorkOptions = {}) {
    this.#options = options;
  }

  /** Whether it is time to pause. */
  get isDue(): boolean {
    return performance.now() - this.#began > longestTurn;
  }

  /** Says what is being done, and lets all others have their turn. Throws the reason of the signal once that aborts. */
  async pause(what: string): Promise<void> {
    this.#options.onProgress?.({ what, bytes: 0, total: null });
    await new Promise((resolve) => setImmediate(resolve));
    this.throwIfAborted();
    this.#began = performance.now();
  }

  /** Throws the reason of the signal once that aborts. */
  throwIfAborted(): void {
    this.#options.signal?.throwIfAborted();
  }
}
