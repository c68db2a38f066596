import type { ExecResult } from '../kernel/execve.ts';
import type { Ending, LoaderIdentity, LoadTrace } from './load-trace.ts';
import type { Problem } from './problem.ts';

/** What a loader returns: the trace of a start or of a dlopen, without the files that execve opened. */
export type Loaded = Pick<LoadTrace, 'loader' | 'objects' | 'problems' | 'ending'>;

/** Nothing was loaded, and what the process does is unknown. */
export function unknownLoad(loader: LoaderIdentity | null, reason: string): Loaded {
  return { loader, objects: [], problems: [], ending: { kind: 'unknown', reason } };
}

/** A status above it is that of a process which a signal killed. */
const firstSignal = 128;

/** The ending that one problem causes. */
export function endingBy({ stage, seen, exitStatus }: Problem): Ending {
  const status = exitStatus ?? 127;
  const isWhole = seen !== null || status > firstSignal;
  return { kind: 'stops', stage, message: seen ?? '', isWhole, exitStatus: status };
}

/** The same load, which a problem then ends. */
export function stoppedBy(loaded: Loaded, problem: Problem): Loaded {
  return { ...loaded, problems: [...loaded.problems, problem], ending: endingBy(problem) };
}

/** The trace of a start that reaches no loader; `before` is what was opened earlier. */
export function traceOf(
  result: Exclude<ExecResult, { kind: 'executed' }>,
  before: readonly string[],
): LoadTrace {
  const executed = [...before, ...result.opened];
  if (result.kind === 'unknown') return { executed, ...unknownLoad(null, result.reason) };
  const { problem } = result;
  return { executed, loader: null, objects: [], problems: [problem], ending: endingBy(problem) };
}
