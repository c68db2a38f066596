import { formatPlatform } from '../image/reference/platform.ts';
import type { MissingBuild } from '../loader/trace/problem.ts';
import { defineRule, effectOf, problemsOf } from './define-rule.ts';

/** What becomes of a program that looks in the archive for a file of this platform; whether one does, no file shows. */
const consequence: Readonly<Record<MissingBuild['taker'], string>> = {
  java: 'a Java program that loads one of them ends in UnsatisfiedLinkError, and one that does without starts',
  python:
    'pip refuses a wheel of another platform, and what imports one of its extension modules ends in ImportError',
  plain: 'what loads or executes one of them fails',
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const buildMissing = defineRule({
  id: 'build-missing',
  title: 'An archive has no native file for the platform',
  severity: 'error',
  confidence: 'likely',
  check: ({ trace, container }) => {
    const platform = formatPlatform(container.platform);
    return problemsOf(trace, 'build-missing').map((problem) => {
      const others = problem.has.length === 0 ? 'other platforms' : listed(problem.has);
      return {
        subject: problem.path,
        expected: `native files for ${platform}`,
        found: `native files for ${others} only`,
        where: [problem.path],
        message: `${problem.path} holds native files for ${others} only, none for ${platform}: ${consequence[problem.taker]}.`,
        ...effectOf(problem),
      };
    });
  },
});
