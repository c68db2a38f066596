import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const callerUnusable = defineRule({
  id: 'caller-unusable',
  title: 'The program that should load it is not in the image',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'caller-unusable').map((problem) => ({
      subject: problem.caller,
      expected: `a program that loads ${problem.path}`,
      found: problem.reason,
      where: [problem.caller],
      message: `${problem.caller} cannot load ${problem.path}: ${problem.reason}.`,
      ...effectOf(problem),
    })),
});
