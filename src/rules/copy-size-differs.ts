import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const copySizeDiffers = defineRule({
  id: 'copy-size-differs',
  title: 'A copied variable has another size in the library',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'copy-size').map((problem) => ({
      subject: problem.name,
      expected: 'the size that the program was linked with',
      found: 'a larger one',
      where: [problem.path],
      message: `${problem.name} is larger in ${problem.path} than in the program: it was built against another version.`,
      ...effectOf(problem),
    })),
});
