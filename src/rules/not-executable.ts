import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignSentence } from './foreign-words.ts';

export const notExecutable = defineRule({
  id: 'not-executable',
  title: 'The program may not be executed',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'entrypoint-unusable')
      .filter(({ cause }) => cause === 'not-executable' || cause === 'not-searchable')
      .map((problem) => ({
        subject: problem.path,
        expected: 'execute permission for the user of the container',
        found:
          problem.cause === 'not-searchable'
            ? 'a folder on the way that may not be entered'
            : 'no execute permission',
        where: [problem.path],
        message: `${problem.path} may not be executed by the user of the container.${foreignSentence(container.rootfs, problem.path)}`,
        ...effectOf(problem),
      })),
});
