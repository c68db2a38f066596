import { defineRule, effectOf, groupBy, problemsOf } from './define-rule.ts';
import { denialWords } from './denial-words.ts';

export const libraryUnreadable = defineRule({
  id: 'library-unreadable',
  title: 'The user may not read a library that is there',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    groupBy(problemsOf(trace, 'library-missing'), ({ soname }) => soname).flatMap(([first]) => {
      const [file] = first.unreadable;
      if (file === undefined) return [];
      return {
        subject: first.soname,
        expected: `${first.soname}, needed by ${first.neededBy}`,
        found: `${file.path}: permission denied`,
        where: first.trail.map(({ path, via }) => `${path} (${via})`),
        message: `${first.soname} is at ${file.path}, but ${denialWords(file.denials, container, 'read')}.`,
        ...effectOf(first),
      };
    }),
});
