import type { ProblemOf } from '../loader/trace/problem.ts';
import { type Detection, defineRule, effectOf, problemsOf } from './define-rule.ts';

/** The kernel hands over all words behind `env` as one (K3). */
const isOneWord = ({ command }: ProblemOf<'env-command-missing'>): boolean => /[ \t]/.test(command.trim());

function found(problem: ProblemOf<'env-command-missing'>): string {
  if (problem.carriageReturn) return 'a name that ends in a carriage return (Windows line endings)';
  return isOneWord(problem) ? `one word, "${problem.command}"` : 'no such command';
}

function detection(problem: ProblemOf<'env-command-missing'>): Detection {
  const { script, env, command, searched } = problem;
  const oneWord = isOneWord(problem) && !problem.carriageReturn;
  if (command.includes('/') && !oneWord && !problem.carriageReturn)
    return {
      subject: command,
      expected: `a program at ${command}`,
      found: 'no such file',
      where: [command],
      message: `${script} asks for ${command}, and there is no such program.`,
      ...effectOf(problem),
    };
  return {
    subject: command,
    expected: oneWord ? `one name behind ${env}` : `${command} in a folder of PATH`,
    found: found(problem),
    where: searched,
    message: oneWord
      ? `The first line of ${script} hands ${env} all that follows as one word, so it looks for a command named "${command}", which is in no folder of PATH.`
      : `${script} asks for the command ${command}, which is in no folder of PATH.`,
    ...effectOf(problem),
  };
}

export const scriptCommandMissing = defineRule({
  id: 'script-command-missing',
  title: 'env finds no such command',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) => problemsOf(trace, 'env-command-missing').map(detection),
});
