import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const scriptCrlf = defineRule({
  id: 'script-crlf',
  title: 'The first line of the script ends in a carriage return',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-interpreter')
      .filter(({ carriageReturn }) => carriageReturn)
      .map((problem) => ({
        subject: problem.script,
        expected: 'a first line that ends in a line feed alone',
        found: 'a carriage return at its end (Windows line endings)',
        where: [problem.script],
        message: `The first line of ${problem.script} ends in a carriage return, so the kernel looks for an interpreter whose name ends in one.`,
        ...effectOf(problem),
      })),
});
