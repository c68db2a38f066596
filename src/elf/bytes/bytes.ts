import type { ElfClass, Endianness } from '../elf-file.ts';

/** How the words of a file are laid out. */
export interface Layout {
  readonly class: ElfClass;
  readonly endianness: Endianness;
}

/** Typed access to the bytes of one range; offsets count from its start. Reads outside throw RangeError: check `length` first. */
export class Bytes {
  readonly length: number;
  /** @internal The types of the package have nothing of Node's, which a user may lack. */
  readonly raw: Buffer;
  readonly #layout: Layout;
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #wide: boolean;

  constructor(raw: Uint8Array, layout: Layout) {
    this.raw = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    this.length = raw.byteLength;
    this.#layout = layout;
    this.#view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    this.#little = layout.endianness === 'little';
    this.#wide = layout.class === 64;
  }

  get isBigEndian(): boolean {
    return !this.#little;
  }

  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, this.#little);
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, this.#little);
  }

  /** Above 2^53 the nearest double: no file offset or address of a program is that large. */
  u64(offset: number): number {
    const first = this.u32(offset);
    const second = this.u32(offset + 4);
    return this.#little ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
  }

  /** Elf32_Addr/Off/Word or Elf64_Addr/Off/Xword: 4 or 8 bytes by the file's class. */
  word(offset: number): number {
    return this.#wide ? this.u64(offset) : this.u32(offset);
  }

  /** The bytes of [start, end), sharing memory. */
  slice(start: number, end: number): Bytes {
    return new Bytes(this.raw.subarray(start, end), this.#layout);
  }

  /** Latin-1, byte for byte. */
  text(start: number, end: number): string {
    return this.raw.toString('latin1', start, Math.min(end, this.length));
  }

  /** The text from `start` to the first NUL, or to the end of the range when there is none. */
  textUntilNul(start: number): string {
    const nul = this.raw.indexOf(0, start);
    return this.text(start, nul < 0 ? this.length : nul);
  }
}
