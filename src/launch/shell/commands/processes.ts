import { earlierCommand } from '../files/note-change.ts';
import { type Flow, goesOn, unknown } from '../flow.ts';
import type { Command } from '../language/syntax.ts';
import { type Shell, type Standing, tested } from '../shell.ts';
import type { ShellState } from '../state.ts';
import { expandWords } from '../words/fields.ts';
import { assignmentsOf, withExports } from './assignments.ts';

/** Commands in a process of their own, beside the script or before it goes on. */
export function followAside(
  commands: readonly Command[],
  state: ShellState,
  line: number,
  isTail: boolean,
  shell: Shell,
): Flow {
  const apart = state.copy();
  shell.rounds.push(false);
  const flow = shell.list(commands, apart, tested);
  shell.rounds.pop();
  state.missing = apart.missing;
  state.mayStay = apart.mayStay;
  if (isTail) return unknown(line, 'the last command runs in a process of its own');
  const isKnown = flow.kind === 'goes on' || flow.kind === 'exits';
  const more = isKnown ? [] : [earlierCommand('a process of its own', 'anything', line, shell)];
  state.changed(...apart.changedBy, ...more);
  return goesOn(null);
}

/** `command &`: `wait` may come back to it. */
export function followBackground(command: Command, state: ShellState, shell: Shell): Flow {
  if (command.kind === 'simple') {
    const apart = state.copy();
    const argv = expandWords(command.words, apart, shell.world);
    const assigned = assignmentsOf(command, apart, shell);
    const background = { line: command.line, argv, state: withExports(apart, assigned) };
    state.background = [...state.background, background];
  }
  followAside([command], state, command.line, false, shell);
  return goesOn(true);
}

/** `a | b`, and `! a`. */
export function followPipeline(
  { commands, negated, line }: Command & { kind: 'pipeline' },
  state: ShellState,
  { isTail, isTested }: Standing,
  shell: Shell,
): Flow {
  const [only] = commands;
  if (commands.length > 1 || only === undefined) return followAside(commands, state, line, isTail, shell);
  const flow = shell.command(only, state, { isTail: false, isTested: isTested || negated });
  return flow.kind === 'goes on' ? goesOn(flow.truth === null ? null : !flow.truth) : flow;
}
