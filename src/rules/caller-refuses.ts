import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const callerRefuses = defineRule({
  id: 'caller-refuses',
  title: 'The program does not take this plugin',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'caller-refuses').map((problem) => ({
      subject: problem.built,
      expected: problem.runs,
      found: problem.built,
      where: [problem.path, problem.caller],
      message: `${problem.caller} does not take ${problem.path}: ${problem.reason}.`,
      ...effectOf(problem),
    })),
});
