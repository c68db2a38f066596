import { defineRule, effectOf, problemsOf } from './define-rule.ts';

/** The group that the engine does not find, by its own words; null where it is the user. */
export const unknownGroup = (seen: string | null): string | null =>
  /unable to find group ([^:\s]+)/.exec(seen ?? '')?.[1] ?? null;

export const userUnknown = defineRule({
  id: 'user-unknown',
  title: 'The image does not have the user',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'user-unknown').map((problem) => {
      const group = unknownGroup(problem.seen);
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
