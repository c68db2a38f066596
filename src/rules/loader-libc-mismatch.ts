import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const loaderLibcMismatch = defineRule({
  id: 'loader-libc-mismatch',
  title: 'Loader and libc are of different builds',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'loader-libc-mismatch').map((problem) => ({
      subject: problem.libc,
      expected: `the libc.so.6 that ${problem.loader} was built with`,
      found: 'one of another build',
      where: [problem.loader, problem.libc],
      message: `${problem.loader} and ${problem.libc} come from different builds of glibc.`,
      ...effectOf(problem),
    })),
});
