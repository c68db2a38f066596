import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';

function sentence({ script, line, reason, isFault, exitStatus }: ProblemOf<'script-ends'>): string {
  const place = line === null ? 'in its -c' : `at line ${line}`;
  const why = isFault ? '' : ', with the variables, arguments and files that it has here';
  return `${script} ends itself ${place} before it starts a program: ${reason} (status ${exitStatus ?? 1}${why}).`;
}

/** A script that surely ends itself in failure before it hands over (K72). */
export const scriptEnds = defineRule({
  id: 'script-ends',
  title: 'The script ends itself before it starts a program',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-ends').map((problem) => ({
      subject: problem.script,
      expected: 'a script that comes to the program that it is there for',
      found: problem.reason,
      where: [problem.line === null ? problem.script : `${problem.script}, line ${problem.line}`],
      message: sentence(problem),
      ...effectOf(problem),
    })),
});
