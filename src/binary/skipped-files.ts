/**
 * Why a file of a named folder or archive is skipped: a compiler's output that no program loads, a build for another system
 * or machine, a build for another libc beside one for this image's; or a name that is not UTF-8, which Node cannot open by a path.
 */
export type SkipReason = 'object-file' | 'other-platform' | 'other-libc' | 'name-not-utf8';

/** Files of a named folder or archive that were not checked. */
export interface SkippedFiles {
  /** The folder or archive as the call names it. */
  readonly path: string;
  readonly reason: SkipReason;
  /** How many files. */
  readonly count: number;
}

/** Counts the skipped files of one folder or archive. */
export class SkipCount {
  readonly #path: string;
  readonly #counts = new Map<SkipReason, number>();

  constructor(path: string) {
    this.#path = path;
  }

  add(reason: SkipReason, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** One entry for each reason that occurred. */
  files(): readonly SkippedFiles[] {
    return [...this.#counts].map(([reason, count]) => ({ path: this.#path, reason, count }));
  }
}
