import type { LoadTrace } from './trace/load-trace.ts';
import { endingBy } from './trace/loaded.ts';
import type { MissingBuild, ProblemOf } from './trace/problem.ts';

/** Of an archive that stands at `path` and has native files for other platforms only, none can be loaded (S37). */
export function traceOfMissingBuild(path: string, { taker, has }: MissingBuild): LoadTrace {
  const problem: ProblemOf<'build-missing'> = {
    kind: 'build-missing',
    path,
    taker,
    has,
    stage: 'library',
    fatal: true,
    seen: null,
    exitStatus: 1,
  };
  return { executed: [], loader: null, objects: [], problems: [problem], ending: endingBy(problem) };
}
