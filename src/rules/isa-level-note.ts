import { defineRule, effectOf, problemsOf } from './define-rule.ts';

/** A level above the baseline where nobody said which processor it will be (G60). */
export const isaLevelNote = defineRule({
  id: 'isa-level-note',
  title: 'A file needs more than the baseline of the processor',
  severity: 'note',
  confidence: 'likely',
  check: ({ trace }) =>
    problemsOf(trace, 'isa-level')
      .filter(({ fatal }) => !fatal)
      .map((problem) => ({
        subject: problem.path,
        expected: `a processor of level ${problem.needed}`,
        found: 'nothing was said of the processor',
        where: [problem.path],
        message: `${problem.path} is marked as needing ${problem.needed}; on an older processor it does not start. Name the level with --cpu.`,
        ...effectOf(problem),
      })),
});
