import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const executableStack = defineRule({
  id: 'executable-stack',
  title: 'The loader refuses an executable stack',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'executable-stack').map((problem) => ({
      subject: problem.path,
      expected: 'an object that does without an executable stack',
      found: 'PT_GNU_STACK asks for one',
      where: [problem.path],
      message: `${problem.path} asks for an executable stack, which glibc refuses since 2.41 for a library that is opened by dlopen, and for all objects where the tunable glibc.rtld.execstack is 0.`,
      ...effectOf(problem),
    })),
});
