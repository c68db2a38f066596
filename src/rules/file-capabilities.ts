import { defineRule, effectOf, problemsOf } from './define-rule.ts';

export const fileCapabilities = defineRule({
  id: 'file-capabilities',
  title: 'The program asks for capabilities that containers do not have',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'file-capability').map((problem) => ({
      subject: problem.path,
      expected: "file capabilities within the engine's default set",
      found: 'effective capabilities outside of it (security.capability)',
      where: [problem.path],
      message: `The kernel refuses ${problem.path}: its file capabilities exceed what a container is given.`,
      ...effectOf(problem),
    })),
});
