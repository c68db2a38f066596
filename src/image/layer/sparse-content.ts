import type { FileContent } from '../image.ts';
import { refused } from './refused-entry.ts';

/** The largest map that is looked at, in bytes: Go's archive/tar takes no larger one either (maxSparseFileEntries). */
const largestMap = 1024 * 1024;

/**
 * Data of a sparse file in the format 1.0 of GNU tar: a map in decimal lines (count, then an offset and a length of each part), filled up
 * to a block, then the parts. What the file holds is not put together; a map that engines refuse is an error.
 */
export class SparseContent {
  readonly #path: string;
  readonly #what: string;
  readonly #isMapped: boolean;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(path: string, what: string, isMapped: boolean) {
    this.#path = path;
    this.#what = what;
    this.#isMapped = isMapped;
  }

  push(bytes: Uint8Array): void {
    if (!this.#isMapped || this.#length >= largestMap) return;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** Throws ImageError where the map is damaged. */
  finish(): FileContent {
    if (this.#isMapped && !isMap(Buffer.concat(this.#parts)))
      throw refused(this.#path, 'its map of a sparse file is damaged', this.#what);
    return { kind: 'unread', reason: 'a sparse file in the archive' };
  }
}

function isMap(head: Buffer): boolean {
  const lines = head.toString('latin1').split('\n');
  const count = /^\d{1,7}$/.test(lines[0] ?? '') ? Number(lines[0]) : Number.NaN;
  const map = lines.slice(1, 1 + 2 * count);
  // What stands behind the last newline is no line.
  return (
    map.length === 2 * count && lines.length > map.length + 1 && map.every((line) => /^\d{1,19}$/.test(line))
  );
}
