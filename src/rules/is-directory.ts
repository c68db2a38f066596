import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const isDirectory = defineRule({
  id: 'is-directory',
  title: 'There is a folder where the program should be',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'entrypoint-unusable')
      .filter(({ cause }) => cause === 'directory')
      .map((problem) => ({
        subject: problem.path,
        expected: 'a program',
        found: 'a folder',
        where: [problem.path],
        message: `${problem.path} is a folder in the image, not a program.`,
        ...effectOf(problem),
      })),
});
