import { SkipCount, type SkippedFiles, type SkipReason } from '../binary/skipped-files.ts';
import type { CollectionSelection } from './named-collection.ts';

/** What of the folders and archives of a call is checked in no image. */
export class CollectionSkips {
  readonly #byPath = new Map<string, { always: readonly SkippedFiles[]; others: Map<string, SkipReason> }>();

  /** What one image takes of the folder or archive at `path`. */
  add(path: string, { skipped, others }: CollectionSelection): void {
    const known = this.#byPath.get(path);
    if (known === undefined) {
      this.#byPath.set(path, { always: skipped, others: new Map(others) });
      return;
    }
    for (const name of known.others.keys()) if (!others.has(name)) known.others.delete(name);
  }

  /** One entry for each folder or archive and reason. */
  files(): readonly SkippedFiles[] {
    return [...this.#byPath].flatMap(([path, { always, others }]) => {
      const count = new SkipCount(path);
      for (const each of always) count.add(each.reason, each.count);
      for (const reason of others.values()) count.add(reason);
      return count.files();
    });
  }
}
