import { demangled } from '../elf/symbols/demangle/demangle.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { defineRule, effectsOf, groupBy, listNames, problemsOf, type RuleContext } from './define-rule.ts';
import { isOfForeignBuild } from './foreign-libc.ts';
import { symbolCauses } from './symbol-causes.ts';
import { elfOfObject, ownersOf } from './symbol-owner.ts';
import { ownerClauses } from './symbol-owner-words.ts';
import { symbolsOfMissing } from './symbols-of-missing.ts';
import { isOfTwoGlibcs } from './two-glibcs.ts';

type MissingSymbol = ProblemOf<'symbol-missing'>;

/** `name@VERSION` as tools print it. */
export const versionedName = ({ name, version }: Pick<MissingSymbol, 'name' | 'version'>): string =>
  version === null ? name : `${name}@${version}`;

/** The name, and for C++ and Rust what it is called in the source. */
export function readableName(symbol: Pick<MissingSymbol, 'name' | 'version'>): string {
  const source = demangled(symbol.name);
  return source === null ? versionedName(symbol) : `${versionedName(symbol)} (${source})`;
}

const referenceOf = ({ name, version, neededBy }: MissingSymbol): string =>
  `${name}\0${version}\0${neededBy}`;

/** The first problem of each reference: a symbol may be missing for a function and for a pointer to it. */
function eachOnce(symbols: readonly MissingSymbol[]): readonly MissingSymbol[] {
  const seen = new Map<string, MissingSymbol>();
  for (const symbol of symbols) {
    const before = seen.get(referenceOf(symbol));
    if (before === undefined || (symbol.fatal && !before.fatal)) seen.set(referenceOf(symbol), symbol);
  }
  return [...seen.values()];
}

/** Missing symbols that neither a missing version of the same object, nor a build for another libc, nor a missing library explains. */
export function unexplainedSymbols(context: RuleContext): readonly MissingSymbol[] {
  const { trace } = context;
  const symbols = problemsOf(trace, 'symbol-missing');
  if (symbols.length === 0) return symbols;
  const told = new Set(
    problemsOf(trace, 'version-missing').map(({ version, neededBy }) => `${version}\0${neededBy}`),
  );
  const folded = new Set([...symbolsOfMissing(context).values()].flat());
  return eachOnce(
    symbols.filter(
      (symbol) =>
        !told.has(`${symbol.version}\0${symbol.neededBy}`) &&
        !folded.has(symbol) &&
        !isOfForeignBuild(context, symbol) &&
        !isOfTwoGlibcs(context, symbol),
    ),
  );
}

/** Why nothing defines these symbols of one object, and whose they are: `: …`; empty where nothing says so. */
export function whyMissing(
  group: readonly [MissingSymbol, ...MissingSymbol[]],
  { trace, binary, container }: RuleContext,
): string {
  const [{ neededBy }] = group;
  const names = group.map(({ name }) => name);
  const owners = ownersOf(names, elfOfObject(neededBy, { trace, binary }), trace);
  const unowned = names.filter((name) => !owners.some((owned) => owned.names.includes(name)));
  const clauses = [
    ...symbolCauses(unowned, trace.loader?.family ?? null),
    ...ownerClauses(owners, neededBy, container.start.env),
  ];
  return clauses.length === 0 ? '' : `: ${clauses.join('; ')}`;
}

function sentence(group: readonly [MissingSymbol, ...MissingSymbol[]], context: RuleContext): string {
  const [{ neededBy, libraryMissing }] = group;
  const lacking = libraryMissing ? 'no library that was found defines' : 'no loaded library defines';
  return `${neededBy} needs ${listNames(group.map(readableName), 3)}, which ${lacking}${whyMissing(group, context)}.`;
}

/** Symbols that nothing in the process gives; where a library is missing, they may be its. */
export const symbolMissing = defineRule({
  id: 'symbol-missing',
  title: 'Symbols that are bound at start are missing',
  severity: 'error',
  confidence: 'exact',
  check: (context) =>
    groupBy(
      unexplainedSymbols(context).filter(({ fatal, fromCaller }) => fatal && !fromCaller),
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
