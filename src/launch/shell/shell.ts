import type { Flow, Returned } from './flow.ts';
import type { Command } from './language/syntax.ts';
import type { ShellState } from './state.ts';
import type { ShellWorld } from './world.ts';

/** Where a command stands in its script. */
export interface Standing {
  /** Behind it the shell ends. */
  readonly isTail: boolean;
  /** Its status is tested: errexit does not count. */
  readonly isTested: boolean;
}

/** Of a condition. */
export const tested: Standing = { isTail: false, isTested: true };

/** The shell as the parts that follow its commands see it: the way back to `list` and `command`, and what is being run. */
export interface Shell {
  readonly world: ShellWorld;
  /** The ways in which each function and file that is being run has returned so far. */
  readonly calls: Returned[][];
  /** The functions and files that are being run, outermost first. */
  readonly frames: string[];
  /** Of each loop that is being run, whether its rounds are followed one by one. */
  readonly rounds: boolean[];
  /** How many programs were asked whether they start. */
  starts: number;
  /** Commands one behind the other. */
  list(commands: readonly Command[], state: ShellState, standing: Standing): Flow;
  /** One command. */
  command(command: Command, state: ShellState, standing: Standing): Flow;
}

/** More calls inside of each other are not followed. */
export const maxCalls = 32;
