import { anyFailure, endsByErrexit, type Flow, goesOn } from '../flow.ts';
import type { Command } from '../language/syntax.ts';
import { type Shell, type Standing, tested } from '../shell.ts';
import type { ShellState } from '../state.ts';
import type { Truth } from '../truth.ts';
import { oneOf, type Way } from '../ways.ts';
import { expandPattern, expandText } from '../words/expand.ts';
import { fitsPattern } from '../words/patterns.ts';
import { mayExit } from './errexit.ts';

/** `if`: the first arm whose condition holds, or each that may. */
export function followIf(
  { arms, otherwise, line }: Command & { kind: 'if' },
  state: ShellState,
  standing: Standing,
  shell: Shell,
): Flow {
  const ways: Way[] = [];
  for (const { condition, body } of arms) {
    const flow = shell.list(condition, state, tested);
    if (flow.kind !== 'goes on') return flow;
    if (flow.truth === false) continue;
    if (flow.truth === true && ways.length === 0) return shell.list(body, state, standing);
    const way = state.copy();
    ways.push([shell.list(body, way, standing), way]);
    if (flow.truth === true) return oneOf(ways, state, line, shell);
  }
  if (ways.length === 0) return shell.list(otherwise, state, standing);
  const way = state.copy();
  ways.push([shell.list(otherwise, way, standing), way]);
  return oneOf(ways, state, line, shell);
}

/** `case`: the first item that fits, or each that may. */
export function followCase(
  { subject, items, line }: Command & { kind: 'case' },
  state: ShellState,
  standing: Standing,
  shell: Shell,
): Flow {
  const value = expandText(subject, state, shell.world);
  const ways: Way[] = [];
  for (const { patterns, body } of items) {
    const fits = patterns.map((pattern) => fitsPattern(value, expandPattern(pattern, state, shell.world)));
    const truth = fits.includes(true) ? true : fits.includes(null) ? null : false;
    if (truth === false) continue;
    if (truth === true && ways.length === 0) return shell.list(body, state, standing);
    const way = state.copy();
    ways.push([shell.list(body, way, standing), way]);
    if (truth === true) return oneOf(ways, state, line, shell);
  }
  if (ways.length === 0) return goesOn(true);
  ways.push([goesOn(true), state.copy()]);
  return oneOf(ways, state, line, shell);
}

/** The last command of a list decides under errexit, where it is reached. */
const failsUnderErrexit = (
  flow: Flow,
  command: Command,
  { errexit }: ShellState,
  isTested: boolean,
): flow is Flow & { kind: 'goes on' } =>
  flow.kind === 'goes on' && flow.truth === false && errexit && !isTested && mayExit(command);

/** `&&` and `||`, from left to right. */
export function followAndOr(
  { first, rest, line }: Command & { kind: 'and-or' },
  state: ShellState,
  { isTail, isTested }: Standing,
  shell: Shell,
): Flow {
  let flow = shell.command(first, state, tested);
  for (const [i, { operator, command: next }] of rest.entries()) {
    if (flow.kind !== 'goes on') return flow;
    const isLast = i === rest.length - 1;
    const isEnd = isTail && isLast;
    const runs: Truth = flow.truth === null ? null : flow.truth === (operator === '&&');
    if (runs === false) continue;
    if (runs === true) {
      flow = shell.command(next, state, { isTail: isEnd, isTested: isTested || !isLast });
      if (isLast && failsUnderErrexit(flow, next, state, isTested))
        return endsByErrexit(next.line, flow.failure ?? anyFailure);
      continue;
    }
    const way = state.copy();
    const taken = shell.command(next, way, { isTail: isEnd, isTested: true });
    const decides = taken.kind === 'goes on' && taken.truth === (operator === '||') ? taken.truth : null;
    const leftOut: Flow =
      isEnd && operator === '&&' ? { kind: 'exits', failed: true, cause: null } : goesOn(decides);
    const ways: Way[] = [
      [taken.kind === 'goes on' ? goesOn(decides) : taken, way],
      [leftOut, state.copy()],
    ];
    flow = oneOf(ways, state, line, shell);
  }
  return flow;
}
