import { defineRule, groupBy, listNames, problemsOf } from './define-rule.ts';
import { readableName, versionedName } from './symbol-missing.ts';

export const hostSymbols = defineRule({
  id: 'host-symbols',
  title: 'Symbols that only the calling process can give',
  severity: 'note',
  confidence: 'likely',
  check: ({ trace }) =>
    groupBy(
      trace.lacking !== undefined
        ? []
        : problemsOf(trace, 'symbol-missing').filter(({ fromCaller }) => fromCaller),
      ({ neededBy }) => neededBy,
    ).map((group) => {
      const [{ neededBy }] = group;
      const names = group.map(versionedName);
      return {
        subject: listNames(names, 3),
        expected: `${names.length} ${names.length === 1 ? 'symbol' : 'symbols'} of the process that loads ${neededBy}: ${listNames(names, 8)}`,
        found: 'no caller was named',
        where: [neededBy],
        message: `${neededBy} takes ${listNames(group.map(readableName), 3)} from the process that loads it; name that program with --loaded-by to have ${names.length === 1 ? 'it' : 'them'} checked.`,
        seen: null,
        exitStatus: null,
      };
    }),
});
