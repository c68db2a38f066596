import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignSentence } from './foreign-words.ts';
import { otherSystem } from './other-system.ts';

export const noLoader = defineRule({
  id: 'no-loader',
  title: 'The image has no loader for this shared object',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'no-loader')
      .filter(() => otherSystem(context) === null)
      .map((problem) => ({
        subject: problem.path,
        expected: `a dynamic loader for ${problem.machine}`,
        found: 'none',
        where: ['/lib', '/lib64', '/usr/lib'],
        message: `No program of this image could load ${problem.path}: there is no dynamic loader for ${problem.machine}.${foreignSentence(context.container.rootfs, problem.path)}`,
        ...effectOf(problem),
      })),
});
