/** How ld.so words its messages: with the program's name in front at start (G90), without it in dlerror. */
export interface Phrasing {
  /** Why one object cannot be loaded; `object` is empty for the program itself. */
  readonly error: (object: string, text: string) => string;
  /** A line about the versions of a file. */
  readonly versions: (text: string) => string;
  /** Why a symbol of one object cannot be bound. */
  readonly lookupError: (object: string, text: string) => string;
  /** The exit status of a start, or of a caller that gives up when dlopen fails. */
  readonly exitStatus: number;
}

/** The messages of a start; `argv0` is how they name the program. */
export function startPhrasing(argv0: string): Phrasing {
  return {
    error: (object, text) =>
      `${argv0}: error while loading shared libraries: ${object}${object === '' ? '' : ': '}${text}`,
    versions: (text) => `${argv0}: ${text}`,
    lookupError: (object, text) => `${argv0}: symbol lookup error: ${object}: ${text}`,
    exitStatus: 127,
  };
}

const aboutObject = (object: string, text: string): string => `${object}: ${text}`;

/** The messages of dlerror. */
export const dlopenPhrasing: Phrasing = {
  error: aboutObject,
  versions: (text) => text,
  lookupError: aboutObject,
  exitStatus: 1,
};
