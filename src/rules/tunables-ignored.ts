import { defineRule, effectOf, problemsOf } from './define-rule.ts';

/** A GLIBC_TUNABLES that is not well-formed (G95). */
export const tunablesIgnored = defineRule({
  id: 'tunables-ignored',
  title: 'GLIBC_TUNABLES is malformed, so the loader ignores all of it',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'tunables-ignored').map((problem) => ({
      subject: 'GLIBC_TUNABLES',
      expected: 'NAME=VALUE, more of them behind colons',
      found: problem.text,
      where: ['GLIBC_TUNABLES'],
      message: `The loader ignores all of GLIBC_TUNABLES, which is not NAME=VALUE with colons between: ${problem.text}.`,
      ...effectOf(problem),
    })),
});
