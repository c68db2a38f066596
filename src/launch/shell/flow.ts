import type { Fields, ShellState } from './state.ts';
import type { Truth } from './truth.ts';

/** A command that the script executes in its place (`exec`), or runs as its last. */
export interface Execution {
  readonly kind: 'command';
  readonly line: number;
  readonly argv: Fields;
  readonly isExec: boolean;
  readonly state: ShellState;
}

/** A line at which a script ends itself in failure, and why: `APP is not set`. */
export interface FailureCause {
  readonly line: number;
  readonly reason: string;
}

/** Where a script goes behind a command. `truth`: whether the command succeeded; null where only a running container knows. */
export type Flow =
  | { readonly kind: 'goes on'; readonly truth: Truth }
  /** `cause`: where and why it ends in failure, where that is sure. */
  | { readonly kind: 'exits'; readonly failed: boolean | null; readonly cause: FailureCause | null }
  | { readonly kind: 'returns'; readonly truth: Truth }
  /** `break` and `continue` of a loop whose rounds are followed one by one. */
  | { readonly kind: 'leaves'; readonly isBreak: boolean }
  | { readonly kind: 'unknown'; readonly line: number; readonly reason: string }
  | Execution;

/** One way in which a function or a file that is read has returned. */
export interface Returned {
  readonly truth: Truth;
  readonly state: ShellState;
}

/** The script goes on with its next command. */
export const goesOn = (truth: Truth): Flow => ({ kind: 'goes on', truth });

/** The script ends itself in failure. */
export const failsAt = (line: number, reason: string): Flow => ({
  kind: 'exits',
  failed: true,
  cause: { line, reason },
});

/** From this line on nothing is known. */
export const unknown = (line: number, reason: string): Flow => ({ kind: 'unknown', line, reason });

/** The reason of a choice that no file decides. */
export const depends = 'it depends on what only a running container knows';

/** Whether the script ends in failure here. */
export const failsOf = (flow: Flow): boolean => flow.kind === 'exits' && flow.failed === true;

/** A loop whose rounds cannot be followed one by one. */
export class UnclearLoop extends Error {
  override readonly name = 'UnclearLoop';
}
