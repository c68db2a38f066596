import { ImageError } from '../image/image-error.ts';

/** Folders that no entry names, which each image may imply; and one more for so many entries. */
const freeFolders = 60_000;
const entriesPerFolder = 8;

/** Names looked up on the ways to all entries. A tree of a million entries takes a tenth of it. */
const maxSteps = 100_000_000;

/** Counts what a tree costs beside its entries, so that a hostile image ends with one line and not with the memory. */
export class TreeBudget {
  private folders = 0;
  private entries = 0;
  private steps = 0;

  addEntry(): void {
    this.entries++;
  }

  /** A folder that stands on the way to an entry and has none of its own. */
  addFolder(): void {
    this.folders++;
    if (this.folders > freeFolders + this.entries / entriesPerFolder) {
      refuse(`its entries imply more than ${this.folders - 1} folders that it does not hold`);
    }
  }

  addSteps(count: number): void {
    this.steps += count;
    if (this.steps > maxSteps) refuse('its links and whiteouts take too long to follow');
  }
}

function refuse(what: string): never {
  throw new ImageError('unreadable', `the image is refused: ${what}, and no real image is like that`);
}
