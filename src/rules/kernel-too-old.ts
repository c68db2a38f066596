import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const kernelTooOld = defineRule({
  id: 'kernel-too-old',
  title: 'The libc of the image wants a newer kernel',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, target }) =>
    problemsOf(trace, 'kernel-too-old').map((problem) => ({
      subject: problem.path,
      expected: `a kernel of version ${problem.kernel} or newer`,
      found: `${target.host.kernel.join('.')} (as --kernel says)`,
      where: [problem.path],
      message: `The glibc of the image was built for kernel ${problem.kernel} or newer and refuses to start on ${target.host.kernel.join('.')}.`,
      ...effectOf(problem),
    })),
});
