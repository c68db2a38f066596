import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const textrelUnsupported = defineRule({
  id: 'textrel-unsupported',
  title: 'musl crashes on text relocations of a program',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'textrel-unsupported').map((problem) => ({
      subject: problem.path,
      expected: 'a program without DT_TEXTREL',
      found: 'DT_TEXTREL',
      where: [problem.path],
      message: `${problem.path} has text relocations, on which musl crashes without a message.`,
      ...effectOf(problem),
    })),
});
