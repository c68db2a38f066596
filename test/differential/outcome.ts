/** How far a start or a load came; `crash`: killed by a signal before it ran, without a message. */
export type Phase = 'starts' | 'exec' | 'interpreter' | 'library' | 'version' | 'symbol' | 'crash';

/** What is missing, as keys that both sides spell alike. Null: unknown to this side. */
export interface Missing {
  /** Sonames. */
  readonly libraries: ReadonlySet<string> | null;
  /** `VERSION in FILE by OBJECT`. */
  readonly versions: ReadonlySet<string> | null;
  /** `SYMBOL@VERSION by OBJECT`. */
  readonly symbols: ReadonlySet<string> | null;
}

export interface Outcome {
  readonly phase: Phase;
  readonly missing: Missing;
  /** What was printed, or would be. */
  readonly said: string;
}

/** The real loader gave no answer that could be compared; the reason is one of a few, so that they can be counted. */
export interface NoOutcome {
  readonly phase: null;
  readonly reason: string;
  readonly said: string;
}

export const versionKey = (version: string, file: string, neededBy: string): string =>
  `${version} in ${file} by ${neededBy}`;

export const symbolKey = (name: string, version: string | null, neededBy: string): string =>
  `${name}${version === null ? '' : `@${version}`} by ${neededBy}`;

export const nothingMissing: Missing = { libraries: new Set(), versions: new Set(), symbols: new Set() };
export const unknownNames: Missing = { libraries: null, versions: null, symbols: null };
