import type { ElfDefect } from '../elf-file.ts';
import { type ByteSource, UnreadableRangeError } from './byte-source.ts';
import { readOrNull } from './byte-sources.ts';
import { Bytes, type Layout } from './bytes.ts';

const maxDefects = 64;

/** Reads ranges of one file and keeps a list of what could not be read as promised. */
export class RangeReader {
  readonly layout: Layout;
  readonly #source: ByteSource;
  readonly #defects: ElfDefect[] = [];

  constructor(source: ByteSource, layout: Layout) {
    this.#source = source;
    this.layout = layout;
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#source.size;
  }

  get defects(): readonly ElfDefect[] {
    return this.#defects;
  }

  /** The bytes of [offset, offset + length) that the file has; records a defect of `part` when some are missing. */
  read(part: ElfDefect['part'], offset: number, length: number): Bytes {
    const bytes = this.#bytesAt(part, offset, length);
    if (bytes !== null && bytes.byteLength < length) {
      this.defect(part, `${length} bytes at ${hex(offset)} reach past the end of the file`);
    }
    return new Bytes(bytes ?? new Uint8Array(0), this.layout);
  }

  /** The bytes of [offset, offset + length); null when not all of them can be had, which is no defect. */
  peek(offset: number, length: number): Bytes | null {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) return null;
    const bytes = readOrNull(this.#source, offset, length);
    return bytes === null || bytes.length < length ? null : new Bytes(bytes, this.layout);
  }

  defect(part: ElfDefect['part'], reason: string): void {
    if (this.#defects.length >= maxDefects) return;
    if (this.#defects.some((known) => known.part === part && known.reason === reason)) return;
    this.#defects.push({ part, reason });
  }

  #bytesAt(part: ElfDefect['part'], offset: number, length: number): Uint8Array | null {
    if (offset >= this.size) return new Uint8Array(0);
    try {
      return this.#source.read(offset, Math.min(length, this.size - offset));
    } catch (error) {
      if (!(error instanceof UnreadableRangeError)) throw error;
      this.defect(part, error.message);
      return null;
    }
  }
}

/** `0x1f40`, for texts. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
