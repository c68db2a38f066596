import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const scriptUnreadable = defineRule({
  id: 'script-unreadable',
  title: 'The interpreter may not read the script',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-unreadable').map((problem) => ({
      subject: problem.script,
      expected: `read permission for the user of the container`,
      found: 'none: the kernel needs only execute permission, the interpreter opens the file to read it',
      where: [problem.script],
      message: `${problem.script} may be executed but not read by the user of the container, so ${problem.interpreter} cannot open it.`,
      ...effectOf(problem),
    })),
});
