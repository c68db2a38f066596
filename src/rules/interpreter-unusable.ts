import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { denialWords, engineWords } from './denial-words.ts';
import { errnoWords } from './errno-words.ts';

export const interpreterUnusable = defineRule({
  id: 'interpreter-unusable',
  title: 'The loader that the program names cannot be run',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'interpreter-unusable')
      .filter(({ errno }) => errno !== 'ENOENT' && errno !== 'ENOTDIR')
      .map((problem) => ({
        subject: problem.interp,
        expected: `a loader for this program at ${problem.interp} (PT_INTERP)`,
        found: errnoWords[problem.errno],
        where: [problem.interp, ...(problem.at !== problem.interp ? [problem.at] : [])],
        message:
          problem.denials.length === 0
            ? `${problem.program} asks for the loader ${problem.interp}: ${errnoWords[problem.errno]}.`
            : `${problem.program} asks for the loader ${problem.interp}, but ${denialWords(problem.denials, container, 'execute')}.${engineWords(problem.denials, container)}`,
        ...effectOf(problem),
      })),
});
