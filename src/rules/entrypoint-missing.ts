import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const entrypointMissing = defineRule({
  id: 'entrypoint-missing',
  title: 'The program is not where it is started',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'entrypoint-unusable')
      .filter(({ cause }) => cause === 'missing' || cause === 'loop')
      .map((problem) => ({
        subject: problem.path,
        expected: 'a program at this path',
        found: problem.cause === 'loop' ? 'a loop of symbolic links' : 'no such file',
        where: [problem.path],
        message: `There is no program at ${problem.path}.`,
        ...effectOf(problem),
      })),
});
