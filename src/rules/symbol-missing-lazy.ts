import { defineRule, groupBy, listNames } from './define-rule.ts';
import { unexplainedSymbols, versionedName } from './symbol-missing.ts';

/** Symbols that are bound at the first call and that nothing defines; where a library is missing they may be its, and the finding says so. */
export const symbolMissingLazy = defineRule({
  id: 'symbol-missing-lazy',
  title: 'Symbols that are bound at the first call are missing',
  severity: 'warning',
  confidence: 'exact',
  check: ({ trace }) =>
    groupBy(
      unexplainedSymbols(trace).filter(
        ({ fatal, fromCaller, libraryMissing }) => !fatal && !fromCaller && !libraryMissing,
      ),
      ({ neededBy }) => neededBy,
    ).map((group) => {
      const [first] = group;
      const names = group.map(versionedName);
      return {
        subject: listNames(names, 3),
        expected: `functions that ${first.neededBy} may call: ${listNames(names, 12)}`,
        found: 'defined by none of the loaded libraries',
        where: [first.neededBy],
        message: `${first.neededBy} starts and ends with status ${first.exitStatus ?? 127} as soon as it calls ${listNames(names, 3)}.`,
        seen: first.seen,
        exitStatus: first.exitStatus,
      };
    }),
});
