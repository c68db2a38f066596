import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const relocationUnsupported = defineRule({
  id: 'relocation-unsupported',
  title: 'The loader does not support a relocation type',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'relocation-unsupported').map((problem) => ({
      subject: problem.path,
      expected: 'relocation types that the loader of the image carries out',
      found: `relocation type ${problem.type}`,
      where: [problem.path],
      message: `${problem.path} has relocations of type ${problem.type}, which the loader of the image does not support.`,
      ...effectOf(problem),
    })),
});
