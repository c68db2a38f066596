import type { Problem } from '../loader/trace/problem.ts';
import { defineRule, effectOf } from './define-rule.ts';
import { otherSystem, otherSystemDetection } from './other-system.ts';

/** What comes of a base for another platform: a refused program, and no loader for one that fits. */
export const isOfOtherSystem = (problem: Problem): boolean =>
  problem.kind === 'arch-mismatch' ||
  problem.kind === 'no-loader' ||
  (problem.kind === 'interpreter-unusable' && problem.errno === 'ENOENT');

export const imagePlatform = defineRule({
  id: 'image-platform',
  title: "The image's own files are for another platform",
  severity: 'error',
  confidence: 'exact',
  check: (context) => {
    const problem = context.trace.problems.find(isOfOtherSystem);
    const system = problem === undefined ? null : otherSystem(context);
    if (problem === undefined || system === null) return [];
    return [{ ...otherSystemDetection(system, context), ...effectOf(problem) }];
  },
});
