import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { isOfTwoGlibcs } from './two-glibcs.ts';

export const relrUnsupported = defineRule({
  id: 'relr-unsupported',
  title: 'The loader does not support DT_RELR',
  severity: 'error',
  confidence: 'likely',
  check: (context) =>
    problemsOf(context.trace, 'relr-unsupported')
      .filter((problem) => !isOfTwoGlibcs(context, problem))
      .map((problem) => ({
        subject: problem.path,
        expected: 'a loader that knows DT_RELR (glibc 2.36, musl 1.2.4)',
        found: problem.reason,
        where: [problem.path],
        message: `${problem.path} has packed relative relocations (DT_RELR): ${problem.reason}.`,
        ...effectOf(problem),
      })),
});
