import type { Fields, ShellState, Value } from './state.ts';
import type { Truth } from './truth.ts';
import type { Surroundings } from './words/surroundings.ts';

/** A file that `.` reads. `missing`: there is none, whatever ran before. */
export type SourcedText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unread'; readonly reason: string };

/** What a script needs of the container. */
export interface ShellWorld extends Surroundings {
  /** Whether this dash knows `set -o pipefail`; null where that is not known. */
  readonly pipefail: boolean | null;
  /** The script; null for the argument of `-c`. */
  readonly file: string | null;
  /** What `test` asks of a path, as FileTest, in a working directory. */
  fileTest(operator: string, path: string, cwd: Value): Truth;
  /** The text of a file that the script reads. */
  textOf(path: string, state: ShellState): SourcedText;
  /** Whether a name is a program of PATH in this state; null where that is not known. */
  isProgram(name: string, state: ShellState): Truth;
  /** Whether a path is a folder of the image. */
  isFolder(path: string): boolean;
  /** Whether a program that the shell runs starts: false where it is missing, or stops while it is loaded. */
  starts(argv: Fields, state: ShellState): Truth;
}
