/** How long the network may take, in milliseconds, and how often it is asked. */
export interface Patience {
  /** To connect, TLS included. */
  readonly connect: number;
  /** Until an answer begins. */
  readonly answer: number;
  /** Without another byte of an answer. */
  readonly stall: number;
  /** Until the rate of a layer is looked at (see `LeastRate`). */
  readonly rateWindow: number;
  /** For a whole document or token. */
  readonly document: number;
  /** Before the second try; it doubles from try to try. */
  readonly firstDelay: number;
  /** Longest delay between tries, also where a server asks for more. */
  readonly longestDelay: number;
  readonly attempts: number;
}

export const defaultPatience: Patience = {
  connect: 8_000,
  answer: 30_000,
  stall: 30_000,
  rateWindow: 30_000,
  document: 60_000,
  firstDelay: 250,
  longestDelay: 20_000,
  attempts: 5,
};

/** Where something else will do when the registry is slow: a machine without a network must not wait long for it. */
export const shortPatience: Patience = {
  ...defaultPatience,
  connect: 3_000,
  answer: 10_000,
  document: 20_000,
  attempts: 3,
};
