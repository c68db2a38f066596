import type { ElfFile } from '../../elf/elf-file.ts';
import type { LibcFamily } from '../../elf/libc-names.ts';
import type { DlopenMode } from '../callers/dlopen-mode.ts';
import type { Problem, Stage, TrailStep } from './problem.ts';

export interface LoadedObject {
  /** The string it was first asked for by. */
  readonly name: string;
  /** Null when nothing was found for it. */
  readonly path: string | null;
  /** Path or name of the object that first asked; null for the program itself. */
  readonly neededBy: string | null;
  /** `main`, `interpreter`, `built in`, `already loaded`, or the search list in which it was found. */
  readonly foundBy: string | null;
  readonly trail: readonly TrailStep[];
  readonly elf: ElfFile | null;
}

/** How the start ends. */
export type Ending =
  /** `printed`: lines of the loader before the program's own, joined by \n; empty when there are none. */
  | { readonly kind: 'starts'; readonly printed: string }
  | {
      readonly kind: 'stops';
      readonly stage: Stage;
      /** All lines that are printed before it ends, joined by \n; empty when there are none. */
      readonly message: string;
      /** False where more is printed whose words are not known. */
      readonly isWhole: boolean;
      readonly exitStatus: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface LoaderIdentity {
  readonly family: LibcFamily;
  readonly version: string | null;
  readonly path: string;
}

/** The program that opens a shared object, and how (S32 to S34). */
export interface Opener {
  readonly path: string;
  /** The kind of program, for people; null when it is not known. */
  readonly title: string | null;
  /** It was not named: it was found in the image by what the object is a plugin of. */
  readonly found: boolean;
  readonly mode: DlopenMode;
  /** What the image configures to be opened before, in order. */
  readonly before: readonly string[];
}

/** What happened, in order; it goes on after the first failure, as the loaders' own list modes do. */
export interface LoadTrace {
  /** Files that execve opened, in order: the program, `#!` interpreters, PT_INTERP. */
  readonly executed: readonly string[];
  readonly loader: LoaderIdentity | null;
  readonly objects: readonly LoadedObject[];
  /** In the order in which they take effect. */
  readonly problems: readonly Problem[];
  readonly ending: Ending;
  /** AT_SECURE at the end: the program gained rights, and its loader ignores what the environment says (G80). */
  readonly secure?: boolean;
  /** The program that opens a shared object, where it is one of the image. */
  readonly opener?: Opener;
  /** The program that the archive of a shared object is for, where the image has none: `Java`. */
  readonly lacking?: string;
}
