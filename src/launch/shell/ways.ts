import {
  depends,
  type FailureCause,
  type Flow,
  failed,
  failsOf,
  goesOn,
  type Returned,
  UnclearLoop,
  unknown,
} from './flow.ts';
import type { Shell } from './shell.ts';
import type { ShellState } from './state.ts';
import type { Truth } from './truth.ts';

/** A flow that may be taken, with the state at its end. */
export type Way = readonly [Flow, ShellState];

/** The flow of several ways, of which one is taken: what is the same in all of them stays known. */
export function oneOf(ways: readonly Way[], state: ShellState, line: number, shell: Shell): Flow {
  const stopping = ways.filter(
    ([flow]) => flow.kind !== 'goes on' && flow.kind !== 'returns' && !failsOf(flow),
  );
  if (ways.some(([flow]) => flow.kind === 'leaves')) throw new UnclearLoop();
  const returned = shell.calls.at(-1);
  for (const [flow, way] of ways)
    if (flow.kind === 'returns') returned?.push({ truth: flow.truth, state: way });
  const [only] = stopping;
  if (only === undefined) return oneThatGoesOn(ways, returned, state);
  const failing = ways.filter(([flow]) => failsOf(flow));
  if (stopping.length > 1 || stopping.length + failing.length < ways.length) return unknown(line, depends);
  state.take(only[1]);
  return only[0];
}

/** What several ways give: the same, of which no more is known, or one does not know. */
function sameOf(truths: ReadonlySet<Truth>): Flow {
  const [truth = null, ...others] = truths;
  if (others.length > 0) return goesOn(null);
  return truth === false ? failed(null, null) : goesOn(truth);
}

/** Why the first of several ways fails, where each of them fails for sure. */
function commonCause(ways: readonly Way[]): FailureCause | null {
  const causes = ways.map(([flow]) => (flow.kind === 'exits' ? flow.cause : null));
  return causes.includes(null) ? null : (causes[0] ?? null);
}

/** The same where no way stops but in failure. */
function oneThatGoesOn(ways: readonly Way[], returned: Returned[] | undefined, state: ShellState): Flow {
  const [first, ...others] = ways.filter(([flow]) => flow.kind === 'goes on');
  if (first === undefined) {
    const last = ways.some(([flow]) => flow.kind === 'returns') ? returned?.pop() : undefined;
    if (last === undefined) return { kind: 'exits', failed: true, cause: commonCause(ways) };
    state.take(last.state);
    return { kind: 'returns', truth: last.truth };
  }
  state.take(first[1]);
  for (const [, other] of others) state.merge(other);
  const truths = new Set([first, ...others].map(([flow]) => (flow.kind === 'goes on' ? flow.truth : null)));
  return sameOf(truths);
}

/** How a function or a file ends that may have returned before. */
export function endOfCall(flow: Flow, returned: readonly Returned[], state: ShellState, line: number): Flow {
  const own: Flow = flow.kind === 'returns' ? { ...flow, kind: 'goes on' } : flow;
  const [first, ...others] = returned;
  if (first === undefined) return own;
  if (own.kind !== 'goes on' && !failsOf(own)) return unknown(line, depends);
  if (failsOf(own)) state.take(first.state);
  else state.merge(first.state);
  for (const other of others) state.merge(other.state);
  const truths = new Set([
    ...returned.map(({ truth }) => truth),
    ...(own.kind === 'goes on' ? [own.truth] : []),
  ]);
  return sameOf(truths);
}
