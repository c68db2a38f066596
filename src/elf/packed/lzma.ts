/** Decoder of LZMA as the LZMA specification (lzma-specification.txt of the LZMA SDK) describes it. */

const probabilityInit = 1024;
const top = 0x1000000;

class RangeDecoder {
  readonly #bytes: Buffer;
  #at = 5;
  #range = 0xffffffff;
  #code: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#code = bytes.readUInt32BE(1);
  }

  #normalize(): void {
    if (this.#range >= top) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#bytes.readUInt8(this.#at++)) >>> 0;
  }

  bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index] ?? probabilityInit;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((2048 - probability) >> 5);
      this.#normalize();
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >> 5);
    this.#normalize();
    return 1;
  }

  direct(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit++) {
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      this.#normalize();
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  tree(probabilities: Uint16Array, bits: number, base = 0): number {
    let node = 1;
    for (let bit = 0; bit < bits; bit++) node = node * 2 + this.bit(probabilities, base + node);
    return node - 2 ** bits;
  }

  reverseTree(probabilities: Uint16Array, bits: number, base: number): number {
    let node = 1;
    let value = 0;
    for (let bit = 0; bit < bits; bit++) {
      const read = this.bit(probabilities, base + node);
      node = node * 2 + read;
      value += read * 2 ** bit;
    }
    return value;
  }
}

const fresh = (count: number): Uint16Array => new Uint16Array(count).fill(probabilityInit);

class LengthDecoder {
  readonly #choice = fresh(2);
  readonly #low = fresh(16 * 8);
  readonly #middle = fresh(16 * 8);
  readonly #high = fresh(256);

  /** Length less two. */
  read(input: RangeDecoder, state: number): number {
    if (input.bit(this.#choice, 0) === 0) return input.tree(this.#low, 3, state * 8);
    if (input.bit(this.#choice, 1) === 0) return 8 + input.tree(this.#middle, 3, state * 8);
    return 16 + input.tree(this.#high, 8);
  }
}

/** Parameters of a stream: literal context bits, literal position bits, position bits. */
export interface LzmaProperties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

class Decoder {
  readonly #input: RangeDecoder;
  readonly #properties: LzmaProperties;
  readonly #output: Buffer;
  readonly #literals: Uint16Array;
  readonly #isMatch = fresh(12 * 16);
  readonly #isRep = fresh(12);
  readonly #isRepG0 = fresh(12);
  readonly #isRepG1 = fresh(12);
  readonly #isRepG2 = fresh(12);
  readonly #isRep0Long = fresh(12 * 16);
  readonly #slots = fresh(4 * 64);
  readonly #special = fresh(128);
  readonly #align = fresh(16);
  readonly #matchLength = new LengthDecoder();
  readonly #repLength = new LengthDecoder();
  #at = 0;
  #state = 0;
  #reps: [number, number, number, number] = [0, 0, 0, 0];

  constructor(input: RangeDecoder, properties: LzmaProperties, size: number) {
    this.#input = input;
    this.#properties = properties;
    this.#output = Buffer.alloc(size);
    this.#literals = fresh(0x300 << (properties.lc + properties.lp));
  }

  run(): Buffer {
    while (this.#at < this.#output.length) {
      const positionState = this.#at & ((1 << this.#properties.pb) - 1);
      if (this.#input.bit(this.#isMatch, this.#state * 16 + positionState) === 0) this.#literal();
      else this.#copy(this.#match(positionState));
    }
    return this.#output;
  }

  #literal(): void {
    const { lc, lp } = this.#properties;
    const before = this.#at === 0 ? 0 : (this.#output[this.#at - 1] ?? 0);
    const base = 0x300 * (((this.#at & ((1 << lp) - 1)) << lc) + (before >> (8 - lc)));
    let symbol = 1;
    if (this.#state >= 7) {
      let matched = this.#output[this.#at - this.#reps[0] - 1] ?? 0;
      while (symbol < 0x100) {
        const matchBit = (matched >> 7) & 1;
        matched <<= 1;
        const bit = this.#input.bit(this.#literals, base + ((1 + matchBit) << 8) + symbol);
        symbol = symbol * 2 + bit;
        if (bit !== matchBit) break;
      }
    }
    while (symbol < 0x100) symbol = symbol * 2 + this.#input.bit(this.#literals, base + symbol);
    this.#output[this.#at++] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** The length of the match, whose distance is then the first of `#reps`. */
  #match(positionState: number): number {
    const input = this.#input;
    if (input.bit(this.#isRep, this.#state) === 0) {
      const length = this.#matchLength.read(input, positionState);
      this.#reps = [this.#distance(length), this.#reps[0], this.#reps[1], this.#reps[2]];
      this.#state = this.#state < 7 ? 7 : 10;
      return length + 2;
    }
    if (input.bit(this.#isRepG0, this.#state) === 0) {
      if (input.bit(this.#isRep0Long, this.#state * 16 + positionState) === 0) {
        this.#state = this.#state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      this.#reps = this.#earlier();
    }
    const length = this.#repLength.read(input, positionState);
    this.#state = this.#state < 7 ? 8 : 11;
    return length + 2;
  }

  #earlier(): [number, number, number, number] {
    const [first, second, third, fourth] = this.#reps;
    if (this.#input.bit(this.#isRepG1, this.#state) === 0) return [second, first, third, fourth];
    if (this.#input.bit(this.#isRepG2, this.#state) === 0) return [third, first, second, fourth];
    return [fourth, first, second, third];
  }

  #distance(length: number): number {
    const slot = this.#input.tree(this.#slots, 6, Math.min(length, 3) * 64);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 + (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.#input.reverseTree(this.#special, bits, base - slot);
    return base + this.#input.direct(bits - 4) * 16 + this.#input.reverseTree(this.#align, 4, 0);
  }

  #copy(length: number): void {
    const offset = this.#reps[0] + 1;
    if (offset > this.#at || this.#at + length > this.#output.length)
      throw new RangeError('a match outside of the data');
    for (const stop = this.#at + length; this.#at < stop; this.#at++)
      this.#output[this.#at] = this.#output[this.#at - offset] ?? 0;
  }
}

/** Exactly `size` bytes of a stream without a header; throws RangeError where the data is not that. */
export function unpackLzma(packed: Buffer, properties: LzmaProperties, size: number): Buffer {
  const { lc, lp, pb } = properties;
  if (lc > 8 || lp > 4 || pb > 4) throw new RangeError('impossible parameters');
  return new Decoder(new RangeDecoder(packed), properties, size).run();
}
