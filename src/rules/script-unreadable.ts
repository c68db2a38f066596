import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { denialWords } from './denial-words.ts';

export const scriptUnreadable = defineRule({
  id: 'script-unreadable',
  title: 'The interpreter may not read the script',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'script-unreadable').map((problem) => ({
      subject: problem.script,
      expected: `read permission for the user of the container`,
      found: 'none: the kernel needs only execute permission, the interpreter opens the file to read it',
      where: problem.denials.map(({ path }) => path),
      message: `${problem.script} may be executed, but ${problem.interpreter} cannot open it to read it: ${denialWords(problem.denials, container, 'read')}.`,
      ...effectOf(problem),
    })),
});
