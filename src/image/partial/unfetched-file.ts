import type { FilePlace } from './layer-contents.ts';

/**
 * Stands for the content of a file that was left in the registry. It reads as `unread`, so that whoever needs it is in doubt,
 * and remembers that it was asked: then it is fetched and the question put again.
 */
export class UnfetchedFile {
  readonly place: FilePlace;
  readonly reason = 'its content was not fetched';
  #wanted = false;

  constructor(place: FilePlace) {
    this.place = place;
  }

  get kind(): 'unread' {
    this.#wanted = true;
    return 'unread';
  }

  /** Whether anyone asked what it holds. */
  get wanted(): boolean {
    return this.#wanted;
  }
}
