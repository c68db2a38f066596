import { ImageError } from '../image-error.ts';

/** Upper bounds of one image's index. The largest public images stay below a tenth of them. */
export interface IndexLimits {
  readonly entries: number;
  /** Bytes of all paths and link targets. */
  readonly nameBytes: number;
  /** Bytes of kept files and scripts. */
  readonly keptBytes: number;
  /** Bytes of the ELF facts in their packed form. */
  readonly factBytes: number;
  /** Bytes of one uncompressed layer. */
  readonly layerBytes: number;
  /** Past `freeBytes`, a layer may not be larger than this many times its compressed size. */
  readonly ratio: number;
  readonly freeBytes: number;
}

const GiB = 1024 ** 3;

export const defaultLimits: IndexLimits = {
  entries: 4_000_000,
  nameBytes: 512 * 1024 ** 2,
  keptBytes: 256 * 1024 ** 2,
  factBytes: GiB,
  layerBytes: 256 * GiB,
  ratio: 250,
  freeBytes: 4 * GiB,
};

/** Counts what an index holds while it is made, so that a hostile image ends with one line and not with the memory. */
export class IndexBudget {
  readonly limits: IndexLimits;
  private entries = 0;
  private nameBytes = 0;
  private keptBytes = 0;
  private factBytes = 0;

  constructor(limits: IndexLimits = defaultLimits) {
    this.limits = limits;
  }

  addEntry(where: string, nameLength: number): void {
    this.entries++;
    this.nameBytes += nameLength;
    if (this.entries > this.limits.entries) this.refuse(where, `more than ${this.limits.entries} entries`);
    if (this.nameBytes > this.limits.nameBytes)
      this.refuse(where, `more than ${this.limits.nameBytes} bytes of names`);
  }

  addKept(where: string, length: number): void {
    this.keptBytes += length;
    if (this.keptBytes > this.limits.keptBytes) {
      this.refuse(where, `more than ${this.limits.keptBytes} bytes of configuration files and scripts`);
    }
  }

  addFacts(where: string, length: number): void {
    this.factBytes += length;
    if (this.factBytes > this.limits.factBytes)
      this.refuse(where, `more than ${this.limits.factBytes} bytes of ELF facts`);
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
      `${where} holds ${what}: no real image is like that, so it is refused`,
    );
  }
}
