import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const isaLevel = defineRule({
  id: 'isa-level',
  title: 'The processor lacks instructions that the file needs',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'isa-level')
      .filter(({ fatal }) => fatal)
      .map((problem) => ({
        subject: problem.path,
        expected: `a processor of level ${problem.needed}`,
        found: `a processor of level ${problem.cpu}, as --cpu says`,
        where: [problem.path],
        message: `${problem.path} is marked as needing ${problem.needed}, and the processor has ${problem.cpu}.`,
        ...effectOf(problem),
      })),
});
