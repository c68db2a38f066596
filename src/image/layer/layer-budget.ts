import { ImageError } from '../image-error.ts';

/** Upper bounds of one image's index. */
export interface IndexLimits {
  /** Bytes of memory that the index of any image may hold. */
  readonly heldBytes: number;
  /** Larger images hold more: one byte more for so many bytes that were read. */
  readonly readPerHeld: number;
  /** Bytes of one uncompressed layer. */
  readonly layerBytes: number;
  /** Past `freeBytes`, a layer may not be larger than this many times its compressed size. */
  readonly ratio: number;
  readonly freeBytes: number;
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

export const defaultLimits: IndexLimits = {
  heldBytes: 224 * MiB,
  readPerHeld: 16,
  layerBytes: 256 * GiB,
  ratio: 250,
  freeBytes: 4 * GiB,
};

/** What an entry costs beside its names: the entry, its name among those seen, and its node in the merged tree. Measured with Node 20. */
const entryBytes = 540;

/** Counts what an index holds while it is made, so that a hostile image ends with one line and not with the memory. */
export class IndexBudget {
  readonly limits: IndexLimits;
  private held = 0;
  private allowed: number;

  constructor(limits: IndexLimits = defaultLimits) {
    this.limits = limits;
    this.allowed = limits.heldBytes;
  }

  /** Bytes of the image that were read, as they came: compressed, or of files of a folder. */
  addRead(length: number): void {
    this.allowed += length / this.limits.readPerHeld;
  }

  /** An entry whose path and link target have this many bytes. */
  addEntry(where: string, nameLength: number): void {
    this.addHeld(where, entryBytes + nameLength);
  }

  /** What is kept of a file: ELF facts, a script, a configuration file, the head of a foreign one. */
  addHeld(where: string, length: number): void {
    this.held += length;
    if (this.held > this.allowed) {
      const most = Math.floor(this.allowed / MiB);
      this.refuse(where, `more files, names and facts than fit into ${most} MiB of memory`);
    }
  }

  /** To be called as a layer streams: bytes read so far and bytes they became. */
  checkInflation(where: string, compressed: number, inflated: number): void {
    const { layerBytes, ratio, freeBytes } = this.limits;
    if (inflated > layerBytes) this.refuse(where, `more than ${layerBytes} bytes when decompressed`);
    if (inflated > freeBytes && inflated > ratio * compressed) {
      this.refuse(where, `more than ${ratio} times its compressed size when decompressed`);
    }
  }

  private refuse(where: string, what: string): never {
    throw new ImageError(
      'unreadable',
      `${where} holds ${what}: no real image of its size is like that, so it is refused`,
    );
  }
}
