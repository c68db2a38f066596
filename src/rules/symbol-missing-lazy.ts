import { defineRule, groupBy, listNames, type RuleContext } from './define-rule.ts';
import { readableName, unexplainedSymbols, versionedName, whyMissing } from './symbol-missing.ts';

/** A plugin is what was asked about, and does not start: its caller does. */
const isProgram = (path: string, { trace, binary }: RuleContext): boolean =>
  trace.executed.includes(path) && (path !== binary.at || binary.elf?.interp != null);

/** Symbols that are bound at the first call and that nothing defines; those of a missing library are reported with it. */
export const symbolMissingLazy = defineRule({
  id: 'symbol-missing-lazy',
  title: 'Symbols that are bound at the first call are missing',
  severity: 'warning',
  confidence: 'exact',
  check: (context) =>
    groupBy(
      unexplainedSymbols(context).filter(
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
        message: `${first.neededBy} ${isProgram(first.neededBy, context) ? 'starts' : 'loads'}, and ends the process with status ${first.exitStatus ?? 127} as soon as it calls ${listNames(group.map(readableName), 3)}${whyMissing(group, context)}.`,
        seen: first.seen,
        exitStatus: first.exitStatus,
      };
    }),
});
