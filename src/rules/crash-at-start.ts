import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const crashAtStart = defineRule({
  id: 'crash-at-start',
  title: 'The kernel accepts the file and it crashes',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'crash').map((problem) => ({
      subject: problem.path,
      expected: 'a program that can be started',
      found: problem.reason,
      where: [problem.path],
      message: `${problem.path} would crash without a message: ${problem.reason}.`,
      ...effectOf(problem),
    })),
});
