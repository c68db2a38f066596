import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const staticCaller = defineRule({
  id: 'static-caller',
  title: 'The program is static and cannot load anything',
  severity: 'error',
  confidence: 'likely',
  check: ({ trace }) =>
    problemsOf(trace, 'static-caller').map((problem) => ({
      subject: problem.caller,
      expected: 'a dynamically linked program',
      found: 'a static program, in which dlopen always fails',
      where: [problem.caller],
      message: `${problem.caller} is a static program that is not linked with glibc: its dlopen loads nothing, so not ${problem.path} either.`,
      ...effectOf(problem),
    })),
});
