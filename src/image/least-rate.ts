/** Bytes a second: a telephone line is faster, a server that hands out a byte now and then is not. */
const slowest = 1024;

/** Watches how fast a sender sends while it is waited for. What the reader does between two pieces does not count. */
export class LeastRate {
  readonly #window: number;
  #bytes = 0;
  #waited = 0;

  /** `window` is how long is waited, in milliseconds, until the rate is looked at. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Takes in a piece and how long it was waited for, in milliseconds. False when the sender is too slow to go on with. */
  isKept(bytes: number, waited: number): boolean {
    this.#bytes += bytes;
    this.#waited += waited;
    if (this.#waited < this.#window) return true;
    const enough = this.#bytes >= (slowest * this.#window) / 1000;
    this.#bytes = 0;
    this.#waited = 0;
    return enough;
  }
}
