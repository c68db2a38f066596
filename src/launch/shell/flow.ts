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

/**
 * What ends a script: the shell takes a word or a line of it for a fault; a variable must be set; a command fails under errexit; the
 * script says so itself.
 */
export type FailureKind = 'fault' | 'unset' | 'errexit' | 'exit';

/** A line at which a script ends itself in failure, and why: `APP is not set`. */
export interface FailureCause {
  readonly kind: FailureKind;
  readonly line: number;
  readonly reason: string;
  /** What the shell prints; empty where it prints nothing, null where that is not known. */
  readonly said: string | null;
  /** Null where it is not known. */
  readonly exitStatus: number | null;
}

/** A command that fails: what it prints and its status, where they are known. */
export type Failure = Pick<FailureCause, 'said' | 'exitStatus'>;

/** Of this failure nothing more is known. */
export const anyFailure: Failure = { said: null, exitStatus: null };

/** Where a script goes behind a command. `truth`: whether the command succeeded; null where only a running container knows. */
export type Flow =
  /** `failure`: of a command that fails. */
  | { readonly kind: 'goes on'; readonly truth: Truth; readonly failure?: Failure }
  /** `cause`: where and why it ends in failure, where that is sure. */
  | { readonly kind: 'exits'; readonly failed: boolean | null; readonly cause: FailureCause | null }
  | { readonly kind: 'returns'; readonly truth: Truth; readonly failure?: Failure }
  /** `break` and `continue` of a loop whose rounds are followed one by one. */
  | { readonly kind: 'leaves'; readonly isBreak: boolean }
  | { readonly kind: 'unknown'; readonly line: number; readonly reason: string }
  | Execution;

/** One way in which a function or a file that is read has returned. */
export interface Returned {
  readonly truth: Truth;
  readonly state: ShellState;
}

/** The script goes on with its next command; one that fails is taken to print nothing and to have the status 1, as `test` has. */
export const goesOn = (truth: Truth): Flow => (truth === false ? failed('') : { kind: 'goes on', truth });

/** The script goes on behind a command that fails. */
export const failed = (said: string | null, exitStatus: number | null = 1): Flow => ({
  kind: 'goes on',
  truth: false,
  failure: { said, exitStatus },
});

/** The script ends itself in failure. */
export const failsAt = (
  kind: FailureKind,
  line: number,
  reason: string,
  { said, exitStatus }: Failure,
): Flow => ({
  kind: 'exits',
  failed: true,
  cause: { kind, line, reason, said, exitStatus },
});

/** The script ends at a command that fails under errexit. */
export const endsByErrexit = (line: number, failure: Failure): Flow =>
  failsAt('errexit', line, 'its command fails, and set -e is on', failure);

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
