import type { Container } from '../container/container.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { denialWords, engineWords } from './denial-words.ts';
import { errnoWords } from './errno-words.ts';

function sentence(problem: ProblemOf<'script-interpreter'>, container: Container): string {
  const { script, interpreter, errno, denials, danglesTo } = problem;
  const asked = `The first line of ${script} names ${interpreter}`;
  if (danglesTo !== null) return `${asked}, a link to ${danglesTo}, which the image lacks.`;
  if (denials.length > 0)
    return `${asked}, but ${denialWords(denials, container, 'execute')}.${engineWords(denials, container)}`;
  return `${asked}: ${errnoWords[errno]}.`;
}

export const scriptInterpreter = defineRule({
  id: 'script-interpreter',
  title: 'The interpreter of the script cannot be run',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'script-interpreter')
      .filter(({ carriageReturn }) => !carriageReturn)
      .map((problem) => ({
        subject: problem.interpreter,
        expected: `${problem.interpreter}, which ${problem.script} names in its first line`,
        found:
          problem.danglesTo === null
            ? errnoWords[problem.errno]
            : `a link to ${problem.danglesTo}, which is not there`,
        where: [problem.interpreter, ...(problem.danglesTo === null ? [] : [problem.danglesTo])],
        message: sentence(problem, container),
        ...effectOf(problem),
      })),
});
