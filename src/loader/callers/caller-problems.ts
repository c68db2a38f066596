import type { LoadTrace } from '../trace/load-trace.ts';
import { endingBy } from '../trace/loaded.ts';
import type { Problem, ProblemOf } from '../trace/problem.ts';

/** Why a path that was named as the caller is not one, as a clause. */
function reasonOf(problem: Problem): string {
  if (problem.kind !== 'entrypoint-unusable') return 'the kernel does not run it as a program';
  const { cause } = problem;
  if (cause === 'directory') return 'it is a folder';
  if (cause === 'not-executable') return 'it is not executable';
  if (cause === 'not-searchable') return 'it is in a folder that the user may not search';
  return cause === 'loop' ? 'it is a loop of symbolic links' : 'there is no such file';
}

/** The trace of a caller that cannot be executed: that is the finding, and not what the engine's look-up is called (S34). */
export function unusableCaller(
  started: LoadTrace,
  { stage, fatal, seen, exitStatus, ...cause }: Problem,
  caller: string,
  path: string,
): LoadTrace {
  if (cause.kind !== 'entrypoint-unusable') return started;
  const effect = { stage, fatal, seen, exitStatus };
  const reason = reasonOf({ ...cause, ...effect });
  const problem: ProblemOf<'caller-unusable'> = { kind: 'caller-unusable', caller, path, reason, ...effect };
  return { ...started, problems: [problem], ending: endingBy(problem) };
}
