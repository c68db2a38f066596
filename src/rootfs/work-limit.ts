import type { LayerIndex } from '../image/image.ts';
import type { Rootfs } from './rootfs.ts';

/** What an image or a program asks for takes more work than any real one; `message` is a clause that says what. */
export class WorkLimit extends Error {
  override readonly name = 'WorkLimit';
}

/** Look-ups of one start. The largest real programs take some thousand. */
const mostLookups = 500_000;

/** The answer to a question about the tree, or why it takes more work than any real start. */
export function withinLimit<T>(rootfs: Rootfs, ask: (counted: Rootfs) => T): T | WorkLimit {
  try {
    return ask(withLookupLimit(rootfs));
  } catch (error) {
    if (error instanceof WorkLimit) return error;
    throw error;
  }
}

/** The tree, which counts what is looked up in it: throws WorkLimit after more look-ups than any real start takes. */
export function withLookupLimit(rootfs: Rootfs, most = mostLookups): Rootfs {
  let count = 0;
  const counted = (): Rootfs => {
    count++;
    if (count > most) throw new WorkLimit(`its loader would look for files at more than ${most} places`);
    return rootfs;
  };
  return {
    lookup: (path, options) => counted().lookup(path, options),
    list: (path, pattern) => counted().list(path, pattern),
    query: (query) => counted().query(query),
    withLayer: (layer: LayerIndex) => withLookupLimit(rootfs.withLayer(layer), most - count),
  };
}
