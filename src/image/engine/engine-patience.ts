import type { EngineAddress } from './engine-location.ts';

/** How long an engine may take, in milliseconds. */
export interface EnginePatience {
  /** For its whole answer to a question. */
  readonly answer: number;
  /** For the head of an export, and for its first bytes: a classic engine writes the whole image before it sends any. */
  readonly begin: number;
  /** Between two pieces of an export. */
  readonly stall: number;
}

const besideUs: EnginePatience = { answer: 15_000, begin: 600_000, stall: 120_000 };

/** Over SSH ssh's own limit for a connection is 30 seconds, and a person may have to type a passphrase. */
export const patienceWith = ({ kind }: EngineAddress): EnginePatience =>
  kind === 'ssh' ? { ...besideUs, answer: 90_000 } : besideUs;
