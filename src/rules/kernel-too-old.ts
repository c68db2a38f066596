import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const kernelTooOld = defineRule({
  id: 'kernel-too-old',
  title: 'The libc of the image requires a newer kernel',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'kernel-too-old').map((problem) => ({
      subject: problem.path,
      expected: `a kernel of version ${problem.kernel} or newer`,
      found: `${container.host.kernel.join('.')} (as --kernel says)`,
      where: [problem.path],
      message: `The glibc of the image was built for kernel ${problem.kernel} or newer and refuses to start on ${container.host.kernel.join('.')}.`,
      ...effectOf(problem),
    })),
});
