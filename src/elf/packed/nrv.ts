/** The three methods of the UCL library that UPX uses for Linux programs, with bits in words of 32, little-endian. */
export type NrvMethod = 'nrv2b' | 'nrv2d' | 'nrv2e';

const endMarker = 0xffffffff;

/** Reads bits from words, and bytes from between them: both advance one position. */
class NrvInput {
  readonly #bytes: Buffer;
  #at = 0;
  #word = 0;
  #bitsLeft = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Throws RangeError past the end, as every read does. */
  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  bit(): number {
    if (this.#bitsLeft === 0) {
      this.#word = this.#bytes.readUInt32LE(this.#at);
      this.#at += 4;
      this.#bitsLeft = 32;
    }
    this.#bitsLeft--;
    return (this.#word >>> this.#bitsLeft) & 1;
  }

  /** Appends bits to `value`, each behind a 0, until a 1 ends it. */
  gamma(value: number): number {
    let result = value;
    do result = result * 2 + this.bit();
    while (this.bit() === 0);
    return result;
  }

  /** The first part of an offset as 2D and 2E write it. */
  longGamma(): number {
    let result = 1;
    for (;;) {
      result = result * 2 + this.bit();
      if (this.bit() === 1) return result;
      result = (result - 1) * 2 + this.bit();
    }
  }
}

/** What a match copies: from how far behind, and how much. `offset` 0 ends the data. */
interface Match {
  readonly offset: number;
  readonly length: number;
}

const end: Match = { offset: 0, length: 0 };

function match2b(input: NrvInput, last: number): Match {
  const first = input.gamma(1);
  let offset = last;
  if (first !== 2) {
    const value = ((first - 3) * 256 + input.byte()) >>> 0;
    if (value === endMarker) return end;
    offset = value + 1;
  }
  let length = input.bit() * 2 + input.bit();
  if (length === 0) length = input.gamma(1) + 2;
  return { offset, length: length + (offset > 0xd00 ? 2 : 1) };
}

/** Offset of 2D and 2E: its lowest bit is the first of the length. */
function offsetWithBit(input: NrvInput, last: number): { readonly offset: number; readonly bit: number } {
  const first = input.longGamma();
  if (first === 2) return { offset: last, bit: input.bit() };
  const value = ((first - 3) * 256 + input.byte()) >>> 0;
  if (value === endMarker) return { offset: 0, bit: 0 };
  return { offset: (value >>> 1) + 1, bit: ~value & 1 };
}

function match2d(input: NrvInput, last: number): Match {
  const { offset, bit } = offsetWithBit(input, last);
  if (offset === 0) return end;
  let length = bit * 2 + input.bit();
  if (length === 0) length = input.gamma(1) + 2;
  return { offset, length: length + (offset > 0x500 ? 2 : 1) };
}

function match2e(input: NrvInput, last: number): Match {
  const { offset, bit } = offsetWithBit(input, last);
  if (offset === 0) return end;
  const length = bit === 1 ? 1 + input.bit() : input.bit() === 1 ? 3 + input.bit() : input.gamma(1) + 3;
  return { offset, length: length + (offset > 0x500 ? 2 : 1) };
}

const matches = { nrv2b: match2b, nrv2d: match2d, nrv2e: match2e } as const;

/** Exactly `size` bytes of unpacked data; throws RangeError where the data is not that. */
export function unpackNrv(method: NrvMethod, packed: Buffer, size: number): Buffer {
  const input = new NrvInput(packed);
  const output = Buffer.alloc(size);
  const nextMatch = matches[method];
  let at = 0;
  let last = 1;
  for (;;) {
    while (input.bit() === 1) {
      if (at >= size) throw new RangeError('more data than announced');
      output[at++] = input.byte();
    }
    const { offset, length } = nextMatch(input, last);
    if (offset === 0) break;
    if (offset > at || at + length > size) throw new RangeError('a match outside of the data');
    last = offset;
    for (const stop = at + length; at < stop; at++) output[at] = output[at - offset] ?? 0;
  }
  if (at !== size) throw new RangeError('less data than announced');
  return output;
}
