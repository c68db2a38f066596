import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const preloadIgnored = defineRule({
  id: 'preload-ignored',
  title: 'A preload is ignored',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'preload-ignored').map((problem) => ({
      subject: problem.name,
      expected: `the object that ${problem.from} names`,
      found: problem.reason,
      where: [problem.name],
      message: `${problem.name} of ${problem.from} cannot be preloaded and is ignored: ${problem.reason}.`,
      ...effectOf(problem),
    })),
});
