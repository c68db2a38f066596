import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const scriptCommandMissing = defineRule({
  id: 'script-command-missing',
  title: 'env finds no such command',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'env-command-missing').map((problem) => ({
      subject: problem.command,
      expected: `${problem.command} in a folder of PATH`,
      found: problem.carriageReturn
        ? 'a name that ends in a carriage return (Windows line endings)'
        : 'no such command',
      where: problem.searched,
      message: `${problem.script} asks for the command ${problem.command}, which is in no folder of PATH.`,
      ...effectOf(problem),
    })),
});
