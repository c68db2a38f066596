import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';

function sentence({ script, interpreter, argument, option, said }: ProblemOf<'script-option'>): string {
  if (script === null)
    return `The command hands ${interpreter} the option ${option}, which the one of the image does not take.`;
  const line = `The first line of ${script} hands ${interpreter}`;
  if (argument !== null && option !== '-S' && /[ \t]/.test(argument))
    return `${line} all that follows as one word, "${argument}", which it does not take for options.`;
  if (option === '-S' && said !== null && / -S( |$)/.test(said))
    return `${line} a text behind -S that it cannot take apart: ${said}.`;
  if (!/^[-+]/.test(option))
    return `${line} the word ${option}: it reads a file of that name, which is not there, instead of the script.`;
  return `${line} the option ${option}, which the one of the image does not take.`;
}

export const scriptOption = defineRule({
  id: 'script-option',
  title: 'The interpreter of the script does not take the option',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    problemsOf(trace, 'script-option').map((problem) => ({
      subject: problem.script ?? problem.interpreter,
      expected: `options that ${problem.interpreter} takes`,
      found: problem.option,
      where: [problem.script ?? problem.interpreter],
      message: sentence(problem),
      ...effectOf(problem),
    })),
});
