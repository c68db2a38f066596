import type { HandedOver, ScriptEnding } from '../loader/scripts/handed-over.ts';
import type { Value } from './shell/state.ts';

/** A command that a program of the container executes. */
export interface NextCommand {
  /** Words that only a running container has are null; the first never is. */
  readonly argv: readonly Value[];
  readonly by: HandedOver;
  /** `KEY=value` lines over the environment that the program itself has; `KEY` alone removes the variable. */
  readonly env: readonly string[];
  /** Null: the user stays. */
  readonly user: string | null;
  readonly cwd: string;
}

/** What becomes of a program that was started. */
export type Next =
  | { readonly kind: 'command'; readonly command: NextCommand }
  /** A script that ends itself before it hands over (K72). */
  | { readonly kind: 'ends'; readonly by: HandedOver & { readonly ends: ScriptEnding } }
  /**
   * It is what the container is for, or ends by itself. `missing`: what a script ran that does not start, before it ended in
   * failure.
   */
  | { readonly kind: 'stays'; readonly missing: NextCommand | null }
  /** `by`: the script or program that hands over, as far as it is read. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly by: HandedOver | null;
      readonly missing: NextCommand | null;
    };

/** Nothing follows. */
export const stays: Next = { kind: 'stays', missing: null };

/** What follows is not known. */
export const unknownNext = (reason: string): Next => ({ kind: 'unknown', reason, by: null, missing: null });
