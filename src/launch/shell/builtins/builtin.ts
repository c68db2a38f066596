import type { Assignment } from '../commands/assignments.ts';
import type { Flow } from '../flow.ts';
import type { Shell, Standing } from '../shell.ts';
import type { Fields, ShellState } from '../state.ts';

/** A builtin as a script calls it. */
export interface BuiltinCall {
  readonly name: string;
  readonly args: Fields;
  readonly line: number;
  readonly standing: Standing;
  /** Variables that are assigned for this command alone. */
  readonly assigned: readonly Assignment[];
}

/** What a builtin does to the state, and where the script goes behind it. */
export type Builtin = (call: BuiltinCall, state: ShellState, shell: Shell) => Flow;
