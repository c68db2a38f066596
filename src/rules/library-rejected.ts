import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignSentence } from './foreign-words.ts';
import { withSymbols } from './symbols-of-missing.ts';

export const libraryRejected = defineRule({
  id: 'library-rejected',
  title: 'A library is there and the loader refuses it',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'library-rejected').map((problem) => ({
      subject: problem.soname,
      expected: `a library that the loader takes for ${problem.soname}`,
      found: `${problem.reason}${withSymbols(problem.soname, context)}`,
      where: [problem.path],
      message:
        (problem.path === problem.soname
          ? `The loader refuses ${problem.path}: ${problem.reason}.`
          : `${problem.path}, found for ${problem.soname}, is refused: ${problem.reason}.`) +
        foreignSentence(context.container.rootfs, problem.path),
      ...effectOf(problem),
    })),
});
