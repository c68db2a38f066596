/** A search path in which a character stands that its author did not mean to be part of a folder's name. */
export interface LiteralFolders {
  /** The sentence for people. */
  readonly sentence: string;
  /** The whole search path as it was meant; null where that is not known. */
  readonly meant: string | null;
}

interface Oddity {
  readonly pattern: RegExp;
  /** What stands there, and what loaders make of it; `folder` is what stands between two colons. */
  readonly words: (source: string, folder: string) => string;
  readonly mend: ((folder: string) => string) | null;
}

const partOfName = (what: string) => (source: string, folder: string) =>
  `The ${what} in ${source} (${folder.trim()}) ${what.endsWith('s') ? 'are' : 'is'} part of the folder's name for the loader.`;

const shellOnly = (source: string, folder: string) =>
  `${source} has ${folder}, which only a shell replaces: the loader takes it as it is.`;

/** glibc's and musl's loaders know no quotes and no escapes (G2, M1). */
const everywhere: readonly Oddity[] = [
  { pattern: /["'`]/, words: partOfName('quotes'), mend: (folder) => folder.replace(/["'`]/g, '') },
  { pattern: /\\/, words: partOfName('backslash'), mend: (folder) => folder.replaceAll('\\', '') },
  { pattern: /\r/, words: partOfName('carriage return'), mend: (folder) => folder.replaceAll('\r', '') },
  { pattern: /^\s|\s$/, words: partOfName('space'), mend: (folder) => folder.trim() },
  { pattern: /^~(?:\/|$)/, words: shellOnly, mend: null },
];

const ofEnvironment: readonly Oddity[] = [
  ...everywhere,
  { pattern: /\$(?!\{?(?:ORIGIN|LIB|PLATFORM)\b)/, words: shellOnly, mend: null },
];

const ofObject: readonly Oddity[] = [
  ...everywhere,
  {
    pattern: /^O?RIGIN(?:\/|$)/,
    words: (source, folder) =>
      `${source} has ${folder}: make or a shell took the beginning of $ORIGIN for a variable.`,
    mend: (folder) => folder.replace(/^O?RIGIN/, '$ORIGIN'),
  },
  {
    pattern: /^@(?:loader_path|executable_path|rpath)(?:\/|$)/,
    words: (source, folder) => `${source} has ${folder}, which is macOS's word for $ORIGIN.`,
    mend: (folder) => folder.replace(/^@\w+/, '$ORIGIN'),
  },
];

/**
 * What is odd in LD_LIBRARY_PATH (`object` false) or in the RPATH or RUNPATH of an object; null for a search path in which all
 * is as its author meant it. `source` is how the sentence names it.
 */
export function literalFolders(text: string, source: string, object: boolean): LiteralFolders | null {
  const oddities = object ? ofObject : ofEnvironment;
  let sentence: string | null = null;
  let isMeantKnown = true;
  const meant = text.split(':').map((written) => {
    let folder = written;
    for (const { pattern, words, mend } of oddities) {
      if (!pattern.test(folder)) continue;
      sentence ??= words(source, folder);
      if (mend === null) isMeantKnown = false;
      else folder = mend(folder);
    }
    return folder;
  });
  return sentence === null ? null : { sentence, meant: isMeantKnown ? meant.join(':') : null };
}
