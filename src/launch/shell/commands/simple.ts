import { declarations, followDeclaration } from '../builtins/declare.ts';
import { isForeign } from '../builtins/names.ts';
import { builtinNamed } from '../builtins/table.ts';
import { changeByWriting } from '../files/changes.ts';
import { noteChange, touchedIn } from '../files/note-change.ts';
import { touchedByWriting } from '../files/touches.ts';
import { type Flow, goesOn, unknown } from '../flow.ts';
import type { Command, Part } from '../language/syntax.ts';
import type { Shell, Standing } from '../shell.ts';
import type { Fields, ShellState } from '../state.ts';
import { expandText } from '../words/expand.ts';
import { expandWords } from '../words/fields.ts';
import { type Assignment, assignmentsOf, withExports } from './assignments.ts';
import { callFunction } from './calls.ts';
import { followProgram } from './programs.ts';

const isSubstitution = (part: Part): boolean => part.kind === 'substitution';

/**
 * A simple command. What its first word names is looked for in this order: function, builtin, program
 * (POSIX.1-2017, 2.9.1).
 */
export function followSimple(
  command: Command & { kind: 'simple' },
  state: ShellState,
  standing: Standing,
  shell: Shell,
): Flow {
  const { words, line } = command;
  const fields = expandWords(words, state, shell.world);
  const assigned = assignmentsOf(command, state, shell);
  noteWrites(command, state, shell);
  const [name] = fields.values;
  if (words.length === 0) {
    for (const [variable, value] of assigned) state.set(variable, value);
    const substitutes = command.assignments.some(({ value }) => value.parts.some(isSubstitution));
    return goesOn(substitutes ? null : true);
  }
  if (name === undefined && !fields.open) return goesOn(true);
  if (name == null)
    return standing.isTail
      ? unknown(line, 'the command is not known')
      : noteChange({ name: 'a command', changes: 'anything', line }, state, shell);
  const args: Fields = { values: fields.values.slice(1), open: fields.open };
  const body = state.functions.get(name);
  if (body !== undefined) return callFunction(name, body, { args, line, standing }, state, shell);
  if (declarations.has(name) && !isForeign(name, shell.world.shell))
    return followDeclaration(name, words.slice(1), line, state, shell);
  const isPrefix =
    (name === 'builtin' && shell.world.isBash) || (name === 'command' && /^[^-]/.test(args.values[0] ?? '-'));
  return builtinOrProgram(isPrefix ? args : fields, { line, standing, assigned }, state, shell);
}

/** A builtin or a program, whatever functions there are. */
function builtinOrProgram(
  fields: Fields,
  how: { readonly line: number; readonly standing: Standing; readonly assigned: readonly Assignment[] },
  state: ShellState,
  shell: Shell,
): Flow {
  const { line, standing, assigned } = how;
  const [name = null, ...values] = fields.values;
  if (name === null) return unknown(line, 'the command is not known');
  const builtin = builtinNamed(name, shell.world.shell);
  if (builtin === null)
    return followProgram(fields, line, withExports(state, assigned), state, standing, shell);
  const args = { values, open: fields.open };
  return builtin({ name, args, line, standing, assigned }, state, shell);
}

/** Notes the files to which a command's output goes. */
function noteWrites(
  { writes, words, line }: Command & { kind: 'simple' },
  state: ShellState,
  shell: Shell,
): void {
  for (const word of writes) {
    const path = expandText(word, state, shell.world);
    const [name] = expandWords(words.slice(0, 1), state, shell.world).values;
    const touches = touchedByWriting(path, touchedIn(state, shell));
    const changes = changeByWriting(path);
    noteChange({ name: name ?? 'a redirection', changes, line }, state, shell, touches);
  }
}
