import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, groupBy, listNames, problemsOf } from './define-rule.ts';

const byLibrary = (problem: ProblemOf<'version-missing'>): string => `${problem.file}\0${problem.neededBy}`;

export const versionMissing = defineRule({
  id: 'version-missing',
  title: 'A library of the image is too old',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    groupBy(
      problemsOf(trace, 'version-missing').filter(({ weak }) => !weak),
      byLibrary,
    ).map((group) => {
      const [{ file, neededBy }] = group;
      const versions = group.map(({ version }) => version);
      const forcing = group.map(({ version, symbols }) =>
        symbols.length === 0 ? version : `${version} (for ${listNames(symbols, 4)})`,
      );
      return {
        subject: listNames(versions),
        expected: `${forcing.join(', ')} in ${file}`,
        found: `not defined by ${file}`,
        where: [file],
        message: `${neededBy} was linked against a newer ${file.slice(file.lastIndexOf('/') + 1)} than the image has: ${listNames(versions)} ${versions.length === 1 ? 'is' : 'are'} missing.`,
        ...effectsOf(group),
      };
    }),
});
