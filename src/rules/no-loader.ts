import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignSentence } from './foreign-words.ts';

export const noLoader = defineRule({
  id: 'no-loader',
  title: 'The image has no loader for this shared object',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'no-loader').map((problem) => ({
      subject: problem.path,
      expected: `a dynamic loader for ${problem.machine}`,
      found: 'none',
      where: ['/lib', '/lib64', '/usr/lib'],
      message: `No program of this image could load ${problem.path}: there is no dynamic loader for ${problem.machine}.${foreignSentence(container.rootfs, problem.path)}`,
      ...effectOf(problem),
    })),
});
