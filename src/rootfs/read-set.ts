/** The parts of a tree that a query read: names in directories, and listings. All directories are real paths. */
export class ReadSet {
  readonly #names = new Map<string, Set<string>>();
  readonly #listings = new Map<string, RegExp[]>();

  addName(directory: string, name: string): void {
    const names = this.#names.get(directory);
    if (names === undefined) this.#names.set(directory, new Set([name]));
    else names.add(name);
  }

  /** A listing of the names that match. */
  addListing(directory: string, pattern: RegExp): void {
    const patterns = this.#listings.get(directory);
    if (patterns === undefined) this.#listings.set(directory, [pattern]);
    else patterns.push(pattern);
  }

  /** Everything that another query read. */
  addAll(others: ReadSet): void {
    for (const [directory, names] of others.#names) {
      for (const name of names) this.addName(directory, name);
    }
    for (const [directory, patterns] of others.#listings) {
      for (const pattern of patterns) this.addListing(directory, pattern);
    }
  }

  /** The query read this place: its result may differ when another file is there. */
  includes({ directory, name }: Place): boolean {
    if (this.#names.get(directory)?.has(name) === true) return true;
    return this.#listings.get(directory)?.some((pattern) => pattern.test(name)) ?? false;
  }
}

/** A name in a directory. */
export interface Place {
  /** Real path. */
  readonly directory: string;
  readonly name: string;
}
