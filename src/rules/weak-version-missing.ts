import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const weakVersionMissing = defineRule({
  id: 'weak-version-missing',
  title: 'A weakly required version is missing',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'version-missing')
      .filter(({ weak }) => weak)
      .map((problem) => ({
        subject: problem.version,
        expected: `${problem.version} in ${problem.file}`,
        found: 'not defined there',
        where: [problem.file],
        message: `${problem.file} lacks ${problem.version}; the start goes on, since ${problem.neededBy} requires it only weakly.`,
        ...effectOf(problem),
      })),
});
