import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const userUnknown = defineRule({
  id: 'user-unknown',
  title: 'The image does not have the user',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'user-unknown').map((problem) => {
      const { group } = problem;
      const [kind, name, file] =
        group === null ? ['user', problem.user, '/etc/passwd'] : ['group', group, '/etc/group'];
      return {
        subject: problem.user,
        expected: `the ${kind} ${name} in the image's ${file}`,
        found: 'no such entry',
        where: group === null ? ['/etc/passwd', '/etc/group'] : [file],
        message: `The container runs as ${problem.user}, ${group === null ? 'a user' : `and ${group} is a group`} that the image does not have.`,
        ...effectOf(problem),
      };
    }),
});
