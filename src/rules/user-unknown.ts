import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const userUnknown = defineRule({
  id: 'user-unknown',
  title: 'The image does not have the user',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'user-unknown').map((problem) => ({
      subject: problem.user,
      expected: `the user ${problem.user} in the image's /etc/passwd`,
      found: 'no such entry',
      where: ['/etc/passwd', '/etc/group'],
      message: `The container runs as ${problem.user}, a user that the image does not have.`,
      ...effectOf(problem),
    })),
});
