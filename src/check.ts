import type { CheckReport, CheckResult } from './examine/check-report.ts';
import { checkOne } from './examine/examine.ts';
import { RootfsShelf } from './examine/merged-trees.ts';
import { unknownResult } from './examine/result.ts';
import { CacheStore } from './image/cache/cache-store.ts';
import { printablePath } from './image/entry-path.ts';
import type { Image } from './image/image.ts';
import type { CheckInput } from './plan/check-input.ts';
import { hostOf } from './plan/container-of-call.ts';
import { ImageShelf } from './plan/opened-images.ts';
import { type Binary, failureOf, filesOfFolders, readBinaries } from './plan/read-binaries.ts';
import { toolIdentity } from './tool-identity.ts';

interface Shelves {
  readonly images: ImageShelf;
  readonly trees: RootfsShelf;
  /** The trees as engines have them that hide links of lower layers. */
  readonly overlaidTrees: RootfsShelf;
}

/** Where engines merge the layers differently, only a verdict that holds both ways is given. */
function checkMerged(
  input: CheckInput,
  binary: Binary,
  image: Image,
  { trees, overlaidTrees }: Shelves,
): CheckResult {
  const { file, where } = binary;
  const result = checkOne(input, binary, { image, rootfs: trees.prepare(image, where) });
  const link = trees.crossedLink(image);
  if (link === null) return result;
  const overlaid = checkOne(input, binary, { image, rootfs: overlaidTrees.prepare(image, where) });
  if (overlaid.verdict === result.verdict) return result;
  const reason =
    `it hangs on the engine's storage driver: a layer has files in ${printablePath(`/${link}`)}, which goes through a link of a ` +
    `lower layer; overlay drivers hide that link (${overlaid.verdict}), others follow it (${result.verdict}); ` +
    'build the layer with the path that the link leads to';
  const failure = { problem: 'unreadable', reason } as const;
  return unknownResult(where.path, file, image.reference, image, failure, hostOf(input));
}

/** Asked anew as long as files were wanted that had not been fetched: each time they are fewer, so it ends. */
async function checkInImage(
  input: CheckInput,
  binary: Binary,
  reference: string,
  shelves: Shelves,
): Promise<CheckResult> {
  let image: Image | null = null;
  try {
    image = await shelves.images.open(reference, binary.file);
    for (;;) {
      const result = checkMerged(input, binary, image, shelves);
      const fuller = await shelves.images.complete(image);
      if (fuller === null) return result;
      image = fuller;
    }
  } catch (error) {
    const { path } = binary.where;
    return unknownResult(path, binary.file, reference, image, failureOf(error), hostOf(input));
  }
}

/**
 * Checks every binary against every image: whether it would start there, what would be seen, why, and what to do.
 * What cannot be read gives a result with the verdict `unknown` and its reason; only faults of this program are thrown.
 */
export async function check(input: CheckInput): Promise<CheckReport> {
  const { cache } = input;
  const store = cache === undefined ? null : new CacheStore(cache.folder, cache.limit);
  const binaries = readBinaries(input, store);
  const known = filesOfFolders(binaries, input.at ?? null);
  const shelves = {
    images: new ImageShelf(input, store),
    trees: new RootfsShelf(input, known, 'followed'),
    overlaidTrees: new RootfsShelf(input, known, 'hidden'),
  };
  const results: CheckResult[] = [];
  for (const binary of binaries) {
    for (const reference of input.images) {
      const result =
        'file' in binary
          ? await checkInImage(input, binary, reference, shelves)
          : unknownResult(binary.path, null, reference, null, binary, hostOf(input));
      results.push(result);
    }
  }
  const count = (verdict: CheckResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length;
  return {
    schemaVersion: 1,
    tool: toolIdentity,
    checkedAt: new Date().toISOString(),
    summary: { runs: count('runs'), fails: count('fails'), unknown: count('unknown') },
    results,
  };
}
