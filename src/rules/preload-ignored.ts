import type { Container } from '../container/container.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { denialWords } from './denial-words.ts';

function reasonOf({ reason, unreadable }: ProblemOf<'preload-ignored'>, container: Container): string {
  const [file] = unreadable;
  return file === undefined ? reason : denialWords(file.denials, container, 'read');
}

export const preloadIgnored = defineRule({
  id: 'preload-ignored',
  title: 'A preload is ignored',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'preload-ignored').map((problem) => ({
      subject: problem.name,
      expected: `the object that ${problem.from} names`,
      found: problem.reason,
      where: [problem.name],
      message: `${problem.name} of ${problem.from} cannot be preloaded and is ignored: ${reasonOf(problem, container)}.`,
      ...effectOf(problem),
    })),
});
