import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { otherSystem } from './other-system.ts';

export const archMismatch = defineRule({
  id: 'arch-mismatch',
  title: 'The program is built for another processor',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'arch-mismatch')
      .filter(() => otherSystem(context) === null)
      .map((problem) => ({
        subject: problem.path,
        expected: `a program for ${problem.platform}`,
        found: `a program for ${problem.machine}`,
        where: [problem.path],
        message: `${problem.path} is built for ${problem.machine}; the image runs on ${problem.platform}.`,
        ...effectOf(problem),
      })),
});
