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
  /** The line when a function is missing at its first call (G50), which ends the process with 127. */
  readonly atFirstCall: (object: string, text: string) => string;
}

/** The messages of a start; `argv0` is how they name the program. */
export function startPhrasing(argv0: string): Phrasing {
  const lookupError = (object: string, text: string) => `${argv0}: symbol lookup error: ${object}: ${text}`;
  return {
    error: (object, text) =>
      `${argv0}: error while loading shared libraries: ${object}${object === '' ? '' : ': '}${text}`,
    versions: (text) => `${argv0}: ${text}`,
    lookupError,
    exitStatus: 127,
    atFirstCall: lookupError,
  };
}

const aboutObject = (object: string, text: string): string => `${object}: ${text}`;

/** The messages of dlerror; `argv0` names the caller, null when nothing is known of it. */
export function dlopenPhrasing(argv0: string | null): Phrasing {
  const program = argv0 === null ? '' : `${argv0}: `;
  return {
    error: aboutObject,
    versions: (text) => text,
    lookupError: aboutObject,
    exitStatus: 1,
    atFirstCall: (object, text) => `${program}symbol lookup error: ${object}: ${text}`,
  };
}
