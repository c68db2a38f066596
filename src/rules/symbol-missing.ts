import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, groupBy, listNames, problemsOf, type RuleContext } from './define-rule.ts';
import { symbolCauses } from './symbol-causes.ts';
import { elfOfObject, ownersOf } from './symbol-owner.ts';
import { ownerClauses } from './symbol-owner-words.ts';

type MissingSymbol = ProblemOf<'symbol-missing'>;

/** `name@VERSION` as tools print it. */
export const versionedName = ({ name, version }: Pick<MissingSymbol, 'name' | 'version'>): string =>
  version === null ? name : `${name}@${version}`;

/** Missing symbols that a missing version of the same object does not already tell. */
export function unexplainedSymbols(trace: LoadTrace): readonly MissingSymbol[] {
  const symbols = problemsOf(trace, 'symbol-missing');
  const versions = problemsOf(trace, 'version-missing');
  if (symbols.length === 0 || versions.length === 0) return symbols;
  const told = new Set(versions.map(({ version, neededBy }) => `${version}\0${neededBy}`));
  return symbols.filter(({ version, neededBy }) => !told.has(`${version}\0${neededBy}`));
}

function sentence(
  group: readonly [MissingSymbol, ...MissingSymbol[]],
  { trace, binary, container }: RuleContext,
): string {
  const [{ neededBy, libraryMissing }] = group;
  const lacking = libraryMissing ? 'no library that was found defines' : 'no loaded library defines';
  const names = group.map(({ name }) => name);
  const owners = ownersOf(names, elfOfObject(neededBy, { trace, binary }), trace);
  const unowned = names.filter((name) => !owners.some((owned) => owned.names.includes(name)));
  const clauses = [
    ...symbolCauses(unowned, trace.loader?.family ?? null),
    ...ownerClauses(owners, neededBy, container.start.env),
  ];
  const why = clauses.length === 0 ? '' : `: ${clauses.join('; ')}`;
  return `${neededBy} needs ${listNames(group.map(versionedName), 3)}, which ${lacking}${why}.`;
}

/** Symbols that nothing in the process gives; where a library is missing, they may be its. */
export const symbolMissing = defineRule({
  id: 'symbol-missing',
  title: 'Symbols that are bound at start are missing',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    groupBy(
      unexplainedSymbols(context.trace).filter(({ fatal, fromCaller }) => fatal && !fromCaller),
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
        message: sentence(group, context),
        ...effectsOf(group),
      };
    }),
});
