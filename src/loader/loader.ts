import type { Container } from '../container/container.ts';
import type { LibcFamily } from '../elf/libc-names.ts';
import type { Executed, OpenedFile } from './kernel/execve.ts';
import type { Loaded } from './trace/loaded.ts';

/** One call of dlopen(path, RTLD_LAZY). */
export interface DlopenRequest {
  /** Path of the shared object in the image. */
  readonly path: string;
  /** The loader of the caller. */
  readonly loader: OpenedFile;
  /** The program that calls dlopen; null for one that has only its libc. */
  readonly caller: OpenedFile | null;
}

/** The dynamic loader of one libc. */
export interface Loader {
  readonly family: LibcFamily;
  /** Starts the program that the kernel accepted; `interp` is the loader's own file. */
  start(container: Container, executed: Executed, interp: OpenedFile): Loaded;
  /** What dlopen does in a running process; null where that is not simulated. */
  readonly dlopen: ((container: Container, request: DlopenRequest) => Loaded) | null;
}
