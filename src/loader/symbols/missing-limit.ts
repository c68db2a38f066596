import { WorkLimit } from '../../rootfs/work-limit.ts';
import type { Problem } from '../trace/problem.ts';

/** Missing symbols of one start. A plugin without the program that loads it misses some thousand. */
const mostMissing = 20_000;

/** Throws WorkLimit once there are more problems than any real start has symbols missing. */
export function limitMissing(problems: readonly Problem[]): void {
  if (problems.length > mostMissing)
    throw new WorkLimit(`its loader would miss more than ${mostMissing} symbols`);
}
