import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const versionTableMissing = defineRule({
  id: 'version-table-missing',
  title: 'A library has no version table',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'version-table-missing').map((problem) => ({
      subject: problem.file,
      expected: `version definitions, which ${problem.neededBy} asks for`,
      found: 'none',
      where: [problem.file],
      message: `${problem.file} has no symbol versions although ${problem.neededBy} was linked against some.`,
      ...effectOf(problem),
    })),
});
