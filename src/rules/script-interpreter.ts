import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { errnoWords } from './errno-words.ts';

export const scriptInterpreter = defineRule({
  id: 'script-interpreter',
  title: 'The interpreter of the script cannot be run',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-interpreter')
      .filter(({ carriageReturn }) => !carriageReturn)
      .map((problem) => ({
        subject: problem.interpreter,
        expected: `${problem.interpreter}, which ${problem.script} names in its first line`,
        found: errnoWords[problem.errno],
        where: [problem.interpreter],
        message: `${problem.script} is to be run by ${problem.interpreter}: ${errnoWords[problem.errno]}.`,
        ...effectOf(problem),
      })),
});
