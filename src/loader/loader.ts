import type { Container } from '../container/container.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import type { DlopenMode } from './callers/dlopen-mode.ts';
import type { CallerKind } from './callers/known-callers.ts';
import type { Executed, OpenedFile } from './kernel/execve.ts';
import type { Loaded } from './trace/loaded.ts';

/** One call of dlopen. */
export interface DlopenCall {
  /** Path of the shared object in the image. */
  readonly path: string;
  readonly mode: DlopenMode;
}

/** An object that the caller opened before. */
export interface EarlierCall extends DlopenCall {
  /** The caller ends when it fails; otherwise it warns and goes on. */
  readonly ends: boolean;
  /** Nothing tells with which scope the caller opens it (S33). */
  readonly scopeUnknown?: true;
}

/** A process that opens a shared object, after others that it opened before. */
export interface DlopenRequest extends DlopenCall {
  /** The loader of the caller. */
  readonly loader: OpenedFile;
  /** The program that calls dlopen; null for one that has only its libc. */
  readonly caller: OpenedFile | null;
  /** What the object is a plugin of, where the caller is null and the object tells (S34). */
  readonly kind: CallerKind | null;
  /** What the caller opened before, in order (S33). */
  readonly before: readonly EarlierCall[];
}

/** The dynamic loader of one libc. */
export interface Loader {
  readonly family: LibcFamily;
  /** Starts the program that the kernel accepted; `interp` is the loader's own file. */
  start(container: Container, executed: Executed, interp: OpenedFile): Loaded;
  /** What dlopen does in a running process; null where that is not simulated. */
  readonly dlopen: ((container: Container, request: DlopenRequest) => Loaded) | null;
}
