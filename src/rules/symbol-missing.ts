import type { LoadTrace, ProblemOf } from '../loader/load-trace.ts';
import { defineRule, effectsOf, groupBy, listNames, problemsOf } from './define-rule.ts';

type MissingSymbol = ProblemOf<'symbol-missing'>;

/** `name@VERSION` as tools print it. */
export const versionedName = ({ name, version }: Pick<MissingSymbol, 'name' | 'version'>): string =>
  version === null ? name : `${name}@${version}`;

/** Missing symbols that a missing version of the same object does not already tell. */
export function unexplainedSymbols(trace: LoadTrace): readonly MissingSymbol[] {
  const told = new Set(
    problemsOf(trace, 'version-missing').map(({ version, neededBy }) => `${version}\0${neededBy}`),
  );
  return problemsOf(trace, 'symbol-missing').filter(
    ({ version, neededBy }) => !told.has(`${version}\0${neededBy}`),
  );
}

/** Symbols that nothing in the process gives, where no missing library explains them. */
export const symbolMissing = defineRule({
  id: 'symbol-missing',
  title: 'Symbols that are bound at start are missing',
  severity: 'error',
  confidence: 'exact',
  check: ({ trace }) =>
    groupBy(
      unexplainedSymbols(trace).filter(({ fatal, fromHost }) => fatal && !fromHost),
      ({ neededBy }) => neededBy,
    ).map((group) => {
      const [{ neededBy, libraryMissing }] = group;
      const names = group.map(versionedName);
      return {
        subject: listNames(names, 3),
        expected: `${names.length} ${names.length === 1 ? 'symbol' : 'symbols'} that ${neededBy} binds at start: ${listNames(names, 12)}`,
        found: libraryMissing
          ? 'not defined by the libraries that were found'
          : 'defined by none of the loaded libraries',
        where: [neededBy],
        message: `${neededBy} needs ${listNames(names, 3)}, which ${libraryMissing ? 'no library that was found defines' : 'no loaded library defines'}.`,
        ...effectsOf(group),
      };
    }),
});
