/** A name that cannot be read, or is not worth it: too deep, too long, or of a kind that is not implemented. */
export class NotMangled extends Error {}

const maxDepth = 48;
const maxSteps = 4000;

/** Reads a mangled name from left to right, within bounds: its text can be anything. */
export class Cursor {
  readonly #text: string;
  #at: number;
  #depth = 0;
  #steps = 0;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(length = 1): string {
    return this.#text.slice(this.#at, this.#at + length);
  }

  next(length = 1): string {
    if (++this.#steps > maxSteps || this.#at + length > this.#text.length) throw new NotMangled();
    const taken = this.peek(length);
    this.#at += length;
    return taken;
  }

  /** Takes the text when it stands here. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.next(text.length);
    return true;
  }

  /** Takes what the pattern matches here; the pattern is sticky. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    if (found !== '') this.next(found.length);
    return found;
  }

  /** Runs one level deeper. */
  within<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw new NotMangled();
    const result = read();
    this.#depth--;
    return result;
  }
}
