import type { LoadTrace } from '../loader/trace/load-trace.ts';
import type { ProblemOf } from '../loader/trace/problem.ts';
import { problemsOf, type RuleContext } from './define-rule.ts';
import { isOfGlibcAlone } from './symbol-causes.ts';
import { elfOfObject, symbolOwner } from './symbol-owner.ts';

type MissingSymbol = ProblemOf<'symbol-missing'>;

const found = new WeakMap<LoadTrace, ReadonlyMap<string, readonly MissingSymbol[]>>();

/** The missing library that should define the symbol; null when another file or the libc should. */
function missingOwner(symbol: MissingSymbol, context: RuleContext): string | null {
  const { trace } = context;
  if (!symbol.libraryMissing || symbol.fromCaller) return null;
  if (trace.loader?.family === 'musl' && isOfGlibcAlone(symbol.name)) return null;
  const missing = problemsOf(trace, 'library-missing');
  const owner = symbolOwner(symbol.name, elfOfObject(symbol.neededBy, context), trace);
  if (owner?.kind === 'host') return null;
  if (owner !== null) {
    return missing.some(({ soname }) => soname === owner.soname) ? owner.soname : null;
  }
  const own = missing.find(({ neededBy }) => neededBy === symbol.neededBy) ?? missing[0];
  return own?.soname ?? null;
}

/** Missing symbols by the soname of the missing library that explains them: they are no cause of their own. */
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
