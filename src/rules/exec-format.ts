import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignWords } from './foreign-words.ts';

export const execFormat = defineRule({
  id: 'exec-format',
  title: 'The kernel does not support the file format',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'exec-format').map((problem) => {
      const words = foreignWords(container.rootfs, problem.path);
      return {
        subject: problem.path,
        expected: 'an ELF program or a script that begins with #!',
        found: words ?? problem.reason,
        where: [problem.path],
        message: `The kernel cannot execute ${problem.path}: ${words === null ? problem.reason : `it is ${words}`}.`,
        ...effectOf(problem),
      };
    }),
});
