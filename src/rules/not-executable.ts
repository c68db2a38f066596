import { engineMountOf } from '../container/engine-mounts.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf, type RuleContext } from './define-rule.ts';
import { denialWords, engineWords } from './denial-words.ts';
import { foreignSentence } from './foreign-words.ts';

const isFolder = ({ denials }: ProblemOf<'entrypoint-unusable'>): boolean =>
  denials[0]?.inode.type === 'directory';

function sentence(problem: ProblemOf<'entrypoint-unusable'>, { container, binary }: RuleContext): string {
  const { denials, path } = problem;
  if (engineMountOf(path) !== null)
    return `${path} may not be executed: the engine mounts a file of its own there.`;
  if (denials.length === 0)
    return `${path} may not be executed by the user of the container.${foreignSentence(container.rootfs, path)}`;
  const words = denialWords(denials, container, 'execute');
  return `${binary.at} may not be executed: ${words}.${engineWords(denials, container)}${isFolder(problem) ? '' : foreignSentence(container.rootfs, path)}`;
}

export const notExecutable = defineRule({
  id: 'not-executable',
  title: 'The program may not be executed',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'entrypoint-unusable')
      .filter(({ cause }) => cause === 'not-executable' || cause === 'not-searchable')
      .map((problem) => ({
        subject: problem.path,
        expected: 'execute permission for the user of the container',
        found: isFolder(problem)
          ? `a folder on the way that may not be entered: ${problem.denials[0]?.path ?? ''}`
          : 'no execute permission',
        where: problem.denials.length === 0 ? [problem.path] : problem.denials.map(({ path }) => path),
        message: sentence(problem, context),
        ...effectOf(problem),
      })),
});
