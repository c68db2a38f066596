/** Words of one part. yargs-parser copies a list for each of its values, so that it takes ten seconds for 50,000. */
const partSize = 400;

/**
 * A command line in parts that mean together what it means: no part but the last has a `--`, and each begins with an option, so
 * that no value is parted from its name. `isOption` tells whether a word is an option that is known, as `--NAME` or `--NAME=VALUE`.
 */
export function* argumentParts(
  argv: readonly string[],
  isOption: (word: string) => boolean,
): Generator<readonly string[]> {
  const dashes = argv.indexOf('--');
  const last = dashes < 0 ? argv.length : dashes;
  let start = 0;
  for (let at = partSize; at < last; at++) {
    if (at - start < partSize || !isOption(argv[at] ?? '')) continue;
    yield argv.slice(start, at);
    start = at;
  }
  yield argv.slice(start);
}
