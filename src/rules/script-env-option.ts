import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const scriptEnvOption = defineRule({
  id: 'script-env-option',
  title: 'env does not take the option',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-env-option').map((problem) => ({
      subject: problem.script,
      expected: 'options that the env of the image takes',
      found: `-${problem.option}`,
      where: [problem.script],
      message: `The first line of ${problem.script} gives env the option -${problem.option}, which the env of the image does not take so.`,
      ...effectOf(problem),
    })),
});
