import { systemOfLoader } from '../elf/describe/other-system.ts';
import { familyOfInterp } from '../elf/libc-names.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf, type RuleContext } from './define-rule.ts';
import { errnoWords } from './errno-words.ts';
import { isOfOtherSystem } from './image-platform.ts';
import { libcWords } from './libc-words.ts';
import { otherSystem } from './other-system.ts';

function sentence(problem: ProblemOf<'interpreter-unusable'>, { libcs }: RuleContext): string {
  const system = systemOfLoader(problem.interp);
  const wanted = system ?? familyOfInterp(problem.interp);
  const built = wanted === null ? 'is linked dynamically' : `is built for ${wanted}`;
  return `${problem.program} ${built} and asks for the loader ${problem.interp}, which the image lacks: it has ${libcWords(libcs)}.`;
}

export const interpreterMissing = defineRule({
  id: 'interpreter-missing',
  title: 'The image lacks the loader that the program names',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'interpreter-unusable')
      .filter(({ errno }) => errno === 'ENOENT' || errno === 'ENOTDIR')
      .filter((problem) => !isOfOtherSystem(problem) || otherSystem(context) === null)
      .map((problem) => ({
        subject: problem.interp,
        expected: `the loader ${problem.interp} (PT_INTERP)`,
        found: errnoWords[problem.errno],
        where: [problem.interp, ...(problem.at !== '' && problem.at !== problem.interp ? [problem.at] : [])],
        message: sentence(problem, context),
        ...effectOf(problem),
      })),
});
