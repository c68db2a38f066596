import { defineRule, effectOf, problemsOf } from './define-rule.ts';

const inGroups = (bytes: number): string => bytes.toLocaleString('en');

/** execve refuses arguments and environment that are too long (K8). */
export const argumentsTooLong = defineRule({
  id: 'arguments-too-long',
  title: 'The arguments or the environment are too long for execve',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'arguments-too-long').map((problem) => ({
      subject: problem.path,
      expected: `at most ${inGroups(problem.limit)} bytes`,
      found: `${problem.what}: ${inGroups(problem.bytes)} bytes`,
      where: [problem.path],
      message: `The kernel cannot execute ${problem.path}: ${problem.what} has ${inGroups(problem.bytes)} bytes, and execve takes ${inGroups(problem.limit)}.`,
      ...effectOf(problem),
    })),
});
