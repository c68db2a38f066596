/** Reads a file by its path from the root of the repository; null when there is none. */
export type ReadFile = (path: string) => string | null;

/** What a new rule or case brings: whole files to write, and what its author does next. */
export interface LaidDown {
  readonly files: ReadonlyMap<string, string>;
  readonly next: readonly string[];
}

/** The call is wrong: the message is one line. */
export class LayDownError extends Error {}

/** The text of a file that must be there. Throws LayDownError. */
export function textOf(read: ReadFile, path: string): string {
  const text = read(path);
  if (text === null) throw new LayDownError(`${path} is missing`);
  return text;
}

/** Throws LayDownError for a name that is not in kebab case. */
export function requireKebabCase(name: string): void {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 60) {
    throw new LayDownError(`${JSON.stringify(name)} is not a name in kebab case, such as library-missing`);
  }
}
