import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const execFormat = defineRule({
  id: 'exec-format',
  title: 'The kernel does not support the file format',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'exec-format').map((problem) => ({
      subject: problem.path,
      expected: 'an ELF program or a script that begins with #!',
      found: problem.reason,
      where: [problem.path],
      message: `The kernel cannot execute ${problem.path}: ${problem.reason}.`,
      ...effectOf(problem),
    })),
});
