import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const scriptOption = defineRule({
  id: 'script-option',
  title: 'The interpreter of the script does not take the option',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-option').map((problem) => ({
      subject: problem.script,
      expected: `options that ${problem.interpreter} takes`,
      found: problem.option,
      where: [problem.script],
      message: `The first line of ${problem.script} hands ${problem.interpreter} the option ${problem.option}, which the one of the image does not take.`,
      ...effectOf(problem),
    })),
});
