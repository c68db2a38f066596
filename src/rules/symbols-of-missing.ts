import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { listNames, problemsOf, type RuleContext } from './define-rule.ts';
import { isOfGlibcAlone } from './symbol-causes.ts';
import { elfOfObject, symbolOwner } from './symbol-owner.ts';

type MissingSymbol = ProblemOf<'symbol-missing'>;

const found = new WeakMap<LoadTrace, ReadonlyMap<string, readonly MissingSymbol[]>>();

/** The library, missing or refused, that should define the symbol; null when another file or the libc should. */
function missingOwner(symbol: MissingSymbol, context: RuleContext): string | null {
  const { trace } = context;
  if (!symbol.libraryMissing || symbol.fromCaller) return null;
  if (trace.loader?.family === 'musl' && isOfGlibcAlone(symbol.name)) return null;
  const missing = [...problemsOf(trace, 'library-missing'), ...problemsOf(trace, 'library-rejected')];
  const owner = symbolOwner(symbol.name, elfOfObject(symbol.neededBy, context), trace);
  if (owner?.kind === 'host') return null;
  if (owner !== null) {
    return missing.some(({ soname }) => soname === owner.soname) ? owner.soname : null;
  }
  const own = missing.find(({ neededBy }) => neededBy === symbol.neededBy) ?? missing[0];
  return own?.soname ?? null;
}

/** Missing symbols by the soname of the missing or refused library that explains them: they are no cause of their own. */
export function symbolsOfMissing(context: RuleContext): ReadonlyMap<string, readonly MissingSymbol[]> {
  const known = found.get(context.trace);
  if (known !== undefined) return known;
  const byLibrary = new Map<string, MissingSymbol[]>();
  for (const symbol of problemsOf(context.trace, 'symbol-missing')) {
    const soname = missingOwner(symbol, context);
    if (soname === null) continue;
    const symbols = byLibrary.get(soname);
    if (symbols === undefined) byLibrary.set(soname, [symbol]);
    else symbols.push(symbol);
  }
  found.set(context.trace, byLibrary);
  return byLibrary;
}

/** More names say nothing about a library that is missing as a whole. */
const namesShown = 20;

/** The symbols that are missing with the library; empty where none is, or none is known to be its. */
export function withSymbols(soname: string, context: RuleContext): string {
  const symbols = symbolsOfMissing(context).get(soname) ?? [];
  const names = [...new Set(symbols.map(({ name }) => name))];
  if (names.length > namesShown) return `; with it ${names.length} symbols`;
  return names.length === 0
    ? ''
    : `; with it ${names.length === 1 ? 'the symbol' : `${names.length} symbols:`} ${listNames(names, 3)}`;
}
