import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { errnoWords } from './errno-words.ts';

export const interpreterUnusable = defineRule({
  id: 'interpreter-unusable',
  title: 'The loader that the program names cannot be run',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'interpreter-unusable')
      .filter(({ errno }) => errno !== 'ENOENT' && errno !== 'ENOTDIR')
      .map((problem) => ({
        subject: problem.interp,
        expected: `a loader for this program at ${problem.interp} (PT_INTERP)`,
        found: errnoWords[problem.errno],
        where: [problem.interp, ...(problem.at !== problem.interp ? [problem.at] : [])],
        message: `${problem.program} asks for the loader ${problem.interp}: ${errnoWords[problem.errno]}.`,
        ...effectOf(problem),
      })),
});
