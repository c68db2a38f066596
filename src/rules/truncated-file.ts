import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const truncatedFile = defineRule({
  id: 'truncated-file',
  title: 'A file ends before its segments do',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'truncated').map((problem) => ({
      subject: problem.path,
      expected: 'a file as long as its program headers say',
      found: 'a shorter file',
      where: [problem.path],
      message: `${problem.path} is truncated: it crashes without a message when the missing part is used.`,
      ...effectOf(problem),
    })),
});
