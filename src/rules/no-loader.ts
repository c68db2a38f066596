import { formatPlatform } from '../image/reference/platform.ts';
import { acceptance } from '../loader/kernel/architecture.ts';
import { defineRule, effectOf, problemsOf, type RuleContext } from './define-rule.ts';
import { foreignSentence } from './foreign-words.ts';
import { otherSystem } from './other-system.ts';

/** What the image is for, where nothing of it could load the object. */
const ofPlatform = ({ binary: { elf }, container: { platform } }: RuleContext): string =>
  elf !== null && acceptance(elf, platform) === 'refused'
    ? `; the image is for ${formatPlatform(platform)}`
    : '';

export const noLoader = defineRule({
  id: 'no-loader',
  title: 'The image has no loader for this shared object',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    problemsOf(context.trace, 'no-loader')
      .filter(() => otherSystem(context) === null)
      .map((problem) => ({
        subject: problem.path,
        expected: `a dynamic loader for ${problem.machine}`,
        found: 'none',
        where: ['/lib', '/lib64', '/usr/lib'],
        message: `No program of this image could load ${problem.path}: there is no dynamic loader for ${problem.machine}${ofPlatform(context)}.${foreignSentence(context.container.rootfs, problem.path)}`,
        ...effectOf(problem),
      })),
});
