import type { ProblemOf } from '../loader/trace/problem.ts';
import { type Detection, defineRule, effectOf, problemsOf } from './define-rule.ts';

function detection(
  problem: ProblemOf<'script-interpreter' | 'script-argument'>,
  consequence: string,
): Detection {
  return {
    subject: problem.script,
    expected: 'a first line that ends in a line feed alone',
    found: 'a carriage return at its end (Windows line endings)',
    where: [problem.script],
    message: `The first line of ${problem.script} ends in a carriage return, so ${consequence}.`,
    ...effectOf(problem),
  };
}

export const scriptCrlf = defineRule({
  id: 'script-crlf',
  title: 'The first line of the script ends in a carriage return',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) => [
    ...problemsOf(trace, 'script-interpreter')
      .filter(({ carriageReturn }) => carriageReturn)
      .map((problem) => detection(problem, 'the kernel looks for an interpreter whose name ends in one')),
    ...problemsOf(trace, 'script-argument').map((problem) =>
      detection(problem, `${problem.interpreter} is given an argument that ends in one`),
    ),
  ],
});
