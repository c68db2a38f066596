import { type Flow, failsOf, goesOn, UnclearLoop, unknown } from '../flow.ts';
import type { Command } from '../language/syntax.ts';
import { type Shell, type Standing, tested } from '../shell.ts';
import type { Fields, ShellState } from '../state.ts';
import { expandWords } from '../words/fields.ts';

const anyFields: Fields = { values: [], open: true };
const maxRounds = 64;

/** `for`: its rounds one by one where its words are known. */
export function followFor(
  { variable, words, body, line }: Command & { kind: 'for' },
  state: ShellState,
  { isTested }: Standing,
  shell: Shell,
): Flow {
  const some = (): Flow => someRounds({ condition: [], body, variable, line }, state, shell);
  const rounds = words === null ? state.positional : expandWords(words, state, shell.world);
  if (rounds.open || rounds.values.length > maxRounds) return some();
  let flow: Flow | null = null;
  for (const value of rounds.values) {
    state.set(variable, value);
    flow = round(body, state, isTested, shell);
    if (flow === null) return some();
    if (flow.kind === 'leaves' && flow.isBreak) return goesOn(true);
    if (flow.kind !== 'goes on' && flow.kind !== 'leaves') return flow;
  }
  return goesOn(flow?.kind === 'goes on' ? flow.truth : true);
}

/** `while` and `until`: their rounds one by one as long as the condition is known. */
export function followWhile(
  { condition, until, body, line }: Command & { kind: 'while' },
  state: ShellState,
  { isTested }: Standing,
  shell: Shell,
): Flow {
  const some = (): Flow => someRounds({ condition, body, variable: null, line }, state, shell);
  for (let count = 0; count < maxRounds; count++) {
    const before = state.copy();
    const asked = shell.list(condition, state, tested);
    if (asked.kind !== 'goes on') return asked;
    if (asked.truth !== null && asked.truth === until) return goesOn(true);
    if (asked.truth === null) {
      state.take(before);
      return some();
    }
    const flow = round(body, state, isTested, shell);
    if (flow === null) return some();
    if (flow.kind === 'leaves' && flow.isBreak) return goesOn(true);
    if (flow.kind !== 'goes on' && flow.kind !== 'leaves') return flow;
  }
  return some();
}

/** One round of a loop; null, with the state as it was, where only a running container knows whether it is left. */
function round(body: readonly Command[], state: ShellState, isTested: boolean, shell: Shell): Flow | null {
  const before = state.copy();
  const returned = shell.calls.at(-1);
  const [calls, returns, frames] = [shell.calls.length, returned?.length ?? 0, shell.frames.length];
  shell.rounds.push(true);
  const rounds = shell.rounds.length;
  try {
    return shell.list(body, state, { isTail: false, isTested });
  } catch (error) {
    if (!(error instanceof UnclearLoop)) throw error;
    shell.calls.length = calls;
    shell.frames.length = frames;
    if (returned !== undefined) returned.length = returns;
    state.take(before);
    return null;
  } finally {
    shell.rounds.length = rounds - 1;
  }
}

interface Loop {
  readonly condition: readonly Command[];
  readonly body: readonly Command[];
  readonly variable: string | null;
  readonly line: number;
}

/** The body of a loop may run or not: what it sets is not known any more. */
function someRounds({ condition, body, variable, line }: Loop, state: ShellState, shell: Shell): Flow {
  const way = state.copy();
  if (variable !== null) way.set(variable, null);
  for (const name of assignedIn([...condition, ...body])) way.set(name, null);
  if (/"(?:shift|set|getopts)"/.test(JSON.stringify([condition, body].map(plainWordsOf))))
    way.positional = anyFields;
  shell.rounds.push(false);
  const flow = shell.list([...condition, ...body], way, tested);
  shell.rounds.pop();
  if (flow.kind !== 'goes on' && !failsOf(flow)) return unknown(line, 'a loop decides it');
  state.merge(way);
  return goesOn(null);
}

/** The words of commands that are plain text, wherever they stand. */
function plainWordsOf(commands: readonly Command[]): readonly string[] {
  return [
    ...JSON.stringify(commands).matchAll(
      /"words":\[\{"parts":\[((?:\{"kind":"text","text":"[^"]","quoted":false\},?)*)\]/g,
    ),
  ].map(([, parts = '']) => [...parts.matchAll(/"text":"([^"])"/g)].map(([, text = '']) => text).join(''));
}

/** Names of the variables that commands assign, wherever they stand in them. */
function assignedIn(commands: readonly Command[]): readonly string[] {
  return [...JSON.stringify(commands).matchAll(/"name":"([A-Za-z_]\w*)","value"/g)].map(
    ([, name = '']) => name,
  );
}
