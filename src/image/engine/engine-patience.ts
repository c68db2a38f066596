import type { EngineAddress } from './engine-location.ts';

/** How long an engine may take, in milliseconds. */
export interface EnginePatience {
  /** For its whole answer to a question. */
  readonly answer: number;
  /** For the head of an export, and for its first bytes: a classic engine writes the whole image before it sends any. */
  readonly begin: number;
  /** Between two pieces of an export. */
  readonly stall: number;
  /** Until the rate of an export is looked at (see `LeastRate`). */
  readonly rateWindow: number;
  /** Between two questions whether the engine still answers, while an export has not begun. */
  readonly pulse: number;
}

const besideUs: EnginePatience = {
  answer: 15_000,
  begin: 300_000,
  stall: 60_000,
  rateWindow: 30_000,
  pulse: 10_000,
};

/** Over SSH ssh's own limit for a connection is 30 seconds, and a person may have to type a passphrase. */
export const patienceWith = ({ kind }: EngineAddress): EnginePatience =>
  kind === 'ssh' ? { ...besideUs, answer: 90_000 } : besideUs;
