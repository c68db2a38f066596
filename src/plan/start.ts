import type { BinaryFile } from '../binary/binary-file.ts';
import type { Host } from '../container/host.ts';
import type { Privileges } from '../container/privileges.ts';
import type { Image, LayerIndex } from '../image/image.ts';
import type { HandedOver } from '../loader/scripts/handed-over.ts';
import type { DlopenQuestion } from '../loader/simulate-dlopen.ts';
import type { MissingBuild } from '../loader/trace/problem.ts';
import type { Failure } from './failure.ts';

/** One link of the chain of programs that the container's command is: each executes the next. */
export interface CommandLink {
  /** All words, as raw bytes; empty where the image has no command. A word that only a running container has is null. */
  readonly argv: readonly (string | null)[];
  /** 1 for what the engine executes, 2 for what that hands over to, and so on. */
  readonly link: number;
  /** The program of the container that executes it; null for the engine. */
  readonly by: HandedOver | null;
}

/**
 * How the binary enters the container: the engine executes it by its path, or as a link of the container's command, or a
 * program opens it by dlopen, or would open what it lacks; paths are of the container.
 */
export type Entry =
  | { readonly kind: 'exec' }
  | ({ readonly kind: 'command' } & CommandLink)
  | ({ readonly kind: 'dlopen' } & DlopenQuestion)
  /** The binary is an archive that has nothing to open for the platform of the image. */
  | ({ readonly kind: 'no-build' } & MissingBuild);

/**
 * One start of one binary in one container: all that the verdict depends on, and nothing about how the call named it. Paths,
 * environment and user are raw bytes, one character a byte, as the paths of an image are.
 */
export interface Start {
  readonly binary: BinaryFile;
  /** Where the binary is in the container, absolute. */
  readonly at: string;
  readonly entry: Entry;
  readonly image: Image;
  /** What is copied into the image on top of its own layers, lowest first; the binary is in one of all these layers. */
  readonly copied: readonly LayerIndex[];
  /** `KEY=value` lines over the image's Env; `KEY` alone removes the variable. */
  readonly env: readonly string[];
  /** Replaces the image's User; null keeps it. */
  readonly user: string | null;
  /** Replaces the image's WorkingDir; null keeps it. */
  readonly workingDir: string | null;
  readonly host: Host;
  readonly privileges: Privileges;
  /**
   * The same start with the contents of files that its examination looked at and that were not fetched yet; null when all
   * were there. Throws ImageError.
   */
  complete(): Promise<Start | null>;
}

/** A start that cannot be examined: the binary or the image could not be read. */
export interface FailedStart {
  /** The binary's path as the call names it. */
  readonly path: string;
  /** Null when the binary could not be read. */
  readonly binary: BinaryFile | null;
  /** The image's reference as the call names it. */
  readonly reference: string;
  /** Null when the image could not be opened. */
  readonly image: Image | null;
  readonly host: Host;
  readonly failure: Failure;
  /** The link of a command that cannot be followed; null for all else. */
  readonly command: CommandLink | null;
}
