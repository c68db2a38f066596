import type { Ending } from '../trace/load-trace.ts';
import type { Problem } from '../trace/problem.ts';
import type { LoaderSession } from './session.ts';
import { hasDebugWord } from './variables.ts';

/**
 * Why the outcome is unknown where a variable makes the loader take symbols that are missing for 0 instead of failing (G92); null
 * where none does, or no symbol is missing.
 */
export function missingForZero(
  { container, secure, release }: LoaderSession,
  problems: readonly Problem[],
  ending: Ending,
): string | null {
  const { env } = container.start;
  const isPrelinked = release <= 235 && env.has('LD_TRACE_PRELINKING');
  const isUnused = !secure && hasDebugWord(env, 'unused');
  const isReached = ending.kind === 'starts' || (ending.kind === 'stops' && ending.stage === 'symbol');
  const missing = problems.find((problem) => problem.kind === 'symbol-missing');
  if (!(isPrelinked || isUnused) || !isReached || missing === undefined) return null;
  const cause = isUnused ? 'LD_DEBUG=unused' : 'LD_TRACE_PRELINKING';
  return `${cause} makes the loader take symbols that are missing for 0, such as ${missing.name}`;
}
