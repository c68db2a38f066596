import type { Command } from '../language/syntax.ts';
import type { Shell } from '../shell.ts';
import type { ShellState, Value } from '../state.ts';
import { expandText } from '../words/expand.ts';

/** `NAME=value` in front of a command. */
export type Assignment = readonly [string, Value];

/** The assignments of a command, with their values. */
export function assignmentsOf(
  { assignments }: Command & { kind: 'simple' },
  state: ShellState,
  { world }: Shell,
): readonly Assignment[] {
  return assignments.map(({ name, value }) => [name, expandText(value, state, world)]);
}

/** The state in which a program starts: with the assignments in front of it in its environment. */
export function withExports(state: ShellState, assigned: readonly Assignment[]): ShellState {
  const started = state.copy();
  for (const [name, value] of assigned) {
    started.set(name, value);
    started.exported.add(name);
  }
  return started;
}
