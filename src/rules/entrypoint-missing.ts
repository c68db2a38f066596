import { engineMountOf } from '../container/engine-mounts.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';
import { foreignWords } from './foreign-words.ts';

/** Nothing that the image has below a mount of the engine is there in the container (R9). */
function sentence(path: string): string {
  const mount = engineMountOf(path);
  const hidden =
    mount === null ? '' : ` What the image has in ${mount} is hidden: the engine mounts a file system there.`;
  return `There is no program at ${path}.${hidden}`;
}

export const entrypointMissing = defineRule({
  id: 'entrypoint-missing',
  title: 'The program is not where it is started',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace, container }) =>
    problemsOf(trace, 'entrypoint-unusable')
      .filter(({ cause }) => cause === 'missing' || cause === 'loop')
      .map((problem) => {
        const inPath = !problem.path.includes('/');
        const words = inPath ? `${problem.path} is in no folder of PATH.` : sentence(problem.path);
        const link = problem.cause === 'loop' ? null : foreignWords(container.rootfs, problem.path);
        return {
          subject: problem.path,
          expected: inPath ? `a program ${problem.path} in a folder of PATH` : 'a program at this path',
          found: problem.cause === 'loop' ? 'a loop of symbolic links' : (link ?? 'no such file'),
          where: [problem.path],
          message: link === null ? words : `${problem.path} is ${link}.`,
          ...effectOf(problem),
        };
      }),
});
