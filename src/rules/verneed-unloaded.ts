import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const verneedUnloaded = defineRule({
  id: 'verneed-unloaded',
  title: 'A version is required of a library that nothing loads',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'verneed-unloaded').map((problem) => ({
      subject: problem.file,
      expected: `${problem.file} among the libraries that ${problem.neededBy} needs`,
      found: 'no DT_NEEDED that loads it',
      where: [problem.neededBy],
      message: `${problem.neededBy} asks for versions of ${problem.file} but nothing loads it: ld.so stops with an assertion.`,
      ...effectOf(problem),
    })),
});
