/** Small binary encodings with a strict reader: the building blocks of the packed ELF facts and of the index file. */

/** The bytes are not what the format allows. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** Grows as needed. */
export class ByteWriter {
  private bytes = Buffer.alloc(1024);
  private length = 0;

  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(this.length, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, at);
      this.bytes = larger;
    }
    return at;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  /** Unsigned LEB128 of an integer from 0 to 2^53 - 1. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new CodecError(`${value} is not an unsigned integer`);
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  float64(value: number): void {
    const at = this.reserve(8);
    this.bytes.writeDoubleLE(value, at);
  }

  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }

  /** Latin-1 where every character fits, else UTF-16. */
  text(value: string): void {
    const wide = /[\u0100-\uffff]/.test(value);
    const bytes = Buffer.from(value, wide ? 'utf16le' : 'latin1');
    this.varint(bytes.length * 2 + (wide ? 1 : 0));
    this.raw(bytes);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** Reads what ByteWriter wrote; every length is checked against what is left. Throws CodecError. */
export class ByteReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new CodecError('ends early');
    return value;
  }

  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 0x80; scale <= 2 ** 49; scale *= 0x80) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw new CodecError('holds a number that is too large');
  }

  /** A number of things that take at least `bytesEach` bytes each, so that a forged count cannot cost memory. */
  count(bytesEach = 1): number {
    const count = this.varint();
    if (count * bytesEach > this.left) throw new CodecError('holds a count that is too large');
    return count;
  }

  float64(): number {
    return this.raw(8).readDoubleLE(0);
  }

  raw(length: number): Buffer {
    if (length > this.left) throw new CodecError('ends early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    const head = this.varint();
    const bytes = this.raw(Math.floor(head / 2));
    return bytes.toString(head % 2 === 1 ? 'utf16le' : 'latin1');
  }

  end(): void {
    if (this.left !== 0) throw new CodecError('holds more than it should');
  }
}

/** How one type is written and read. */
export interface Codec<T> {
  write(writer: ByteWriter, value: T): void;
  read(reader: ByteReader): T;
}

export const text: Codec<string> = { write: (w, v) => w.text(v), read: (r) => r.text() };
export const flag: Codec<boolean> = { write: (w, v) => w.byte(v ? 1 : 0), read: (r) => readFlag(r.byte()) };

function readFlag(byte: number): boolean {
  if (byte > 1) throw new CodecError('holds an invalid flag');
  return byte === 1;
}

/** Any number: unsigned safe integers as a varint, the rest (past 2^53) as a double. */
export const number: Codec<number> = {
  write: (w, v) => {
    const integer = Number.isSafeInteger(v) && v >= 0 && v < Number.MAX_SAFE_INTEGER;
    w.varint(integer ? v + 1 : 0);
    if (!integer) w.float64(v);
  },
  read: (r) => {
    const v = r.varint();
    return v === 0 ? r.float64() : v - 1;
  },
};

export function optional<T>(codec: Codec<T>): Codec<T | null> {
  return {
    write: (w, v) => {
      w.byte(v === null ? 0 : 1);
      if (v !== null) codec.write(w, v);
    },
    read: (r) => (readFlag(r.byte()) ? codec.read(r) : null),
  };
}

export function list<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    write: (w, v) => {
      w.varint(v.length);
      for (const item of v) codec.write(w, item);
    },
    read: (r) => {
      const items: T[] = [];
      for (let left = r.count(); left > 0; left--) items.push(codec.read(r));
      return items;
    },
  };
}

/** One of a fixed set of values. */
export function oneOf<const T extends string | number | boolean>(values: readonly T[]): Codec<T> {
  return {
    write: (w, v) => {
      const index = values.indexOf(v);
      if (index < 0) throw new CodecError(`${v} is not one of ${values.join(', ')}`);
      w.byte(index);
    },
    read: (r) => {
      const value = values[r.byte()];
      if (value === undefined) throw new CodecError('holds an unknown value');
      return value;
    },
  };
}

/** An object with one codec a field, in the order given: a field that a type gains must be added here to compile. */
export function record<T extends object>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const keys = Object.keys(fields) as (keyof T)[];
  return {
    write: (w, v) => {
      for (const key of keys) fields[key].write(w, v[key]);
    },
    read: (r) => {
      const value: Partial<T> = {};
      for (const key of keys) value[key] = fields[key].read(r);
      return value as T;
    },
  };
}

export function triple<T>(codec: Codec<T>): Codec<readonly [T, T, T]> {
  return {
    write: (w, v) => {
      for (const item of v) codec.write(w, item);
    },
    read: (r) => [codec.read(r), codec.read(r), codec.read(r)],
  };
}
