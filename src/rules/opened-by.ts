import { posix } from 'node:path';
import type { LoadTrace } from '../loader/trace/load-trace.ts';
import { defineRule, listNames, problemsOf } from './define-rule.ts';

/** `after A, B`, by names alone; more than three are counted. */
function afterWhat(before: readonly string[]): string {
  if (before.length === 0) return '';
  const names = before.map((path) => posix.basename(path));
  return before.length <= 3 ? ` after ${names.join(', ')}` : ` after ${before.length} others`;
}

/** What was left open of a plugin whose program is not in the image (S31). */
function untold(trace: LoadTrace): string {
  const names = problemsOf(trace, 'symbol-missing').flatMap((problem) =>
    problem.fromCaller ? [problem.name] : [],
  );
  const those = names.length === 1 ? 'it is' : 'they are';
  return names.length === 0
    ? ''
    : `, and takes ${listNames(names, 3)} from the process that loads it, so ${those} not checked`;
}

/** What a verdict about a plugin assumes: a program that was not named, objects that the image's configuration loads before. */
export const openedBy = defineRule({
  id: 'opened-by',
  title: 'The program of the image that loads it',
  severity: 'note',
  confidence: 'likely',
  check: ({ trace, binary }) => {
    const { opener, lacking } = trace;
    if (lacking !== undefined)
      return [
        {
          subject: lacking,
          expected: `${lacking} loads ${binary.at}`,
          found: `no ${lacking} in the image`,
          where: [],
          message: `${binary.at} is for ${lacking}, which the image does not have; it was examined as in a program that has only its libc${untold(trace)}.`,
          seen: null,
          exitStatus: null,
        },
      ];
    if (opener === undefined || (!opener.found && opener.before.length === 0)) return [];
    const { path, title, mode, before } = opener;
    const program = title === null ? path : `${path} (${title})`;
    const binds = mode.binding === 'now' ? 'RTLD_NOW' : 'RTLD_LAZY';
    const after = afterWhat(before);
    return [
      {
        subject: path,
        expected: `${program} loads ${binary.at} with ${binds}${after}`,
        found: opener.found ? 'found by what it is a plugin of' : "by the image's configuration",
        where: [path, ...before],
        message: `${binary.at} was examined as a plugin of ${program}, which loads it with ${binds}${after}.`,
        seen: null,
        exitStatus: null,
      },
    ];
  },
});
