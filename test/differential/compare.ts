import type { Missing, NoOutcome, Outcome } from './outcome.ts';

/** One pair, both answers, and their differences. */
export interface Comparison {
  readonly image: string;
  readonly binary: string;
  readonly machine: string;
  readonly question: 'start' | 'load';
  readonly truth: Outcome | NoOutcome;
  readonly foretold: Outcome | NoOutcome;
  /** Empty: they agree. Null: one side has no answer, so nothing was compared. */
  readonly differences: readonly string[] | null;
}

const shown = 6;

function differenceOfSets(
  name: string,
  real: ReadonlySet<string> | null,
  ours: ReadonlySet<string> | null,
): string[] {
  if (real === null || ours === null) return [];
  const only = (these: ReadonlySet<string>, those: ReadonlySet<string>) => {
    const found = [...these].filter((key) => !those.has(key));
    return found.length > shown
      ? `${found.slice(0, shown).join('; ')}; … ${found.length} in all`
      : found.join('; ');
  };
  const missed = only(real, ours);
  const added = only(ours, real);
  if (missed === '' && added === '') return [];
  return [`${name}: only the loader says [${missed}], only libc-check says [${added}]`];
}

const withoutVersion = (key: string): string => key.replace(/@\S+ by /, ' by ');

const withSymbols = (outcome: Outcome, symbols: ReadonlySet<string>): Outcome => ({
  ...outcome,
  missing: { ...outcome.missing, symbols },
});

/**
 * glibc's list mode makes its version table for the libraries that are there (elf/dl-version.c, ndx_high): where one is
 * missing, it loses the versions of some symbols, and finds some of those anywhere by their bare names. So versions are
 * ignored then, and a versioned symbol that only libc-check names is not a difference.
 */
function asListed(truth: Outcome, foretold: Outcome): readonly [Outcome, Outcome] {
  const listed = truth.missing.symbols;
  const ours = foretold.missing.symbols;
  if ((truth.missing.libraries?.size ?? 0) === 0 || listed === null || ours === null)
    return [truth, foretold];
  const names = new Set([...listed].map(withoutVersion));
  const kept = [...ours].filter((key) => names.has(withoutVersion(key)) || withoutVersion(key) === key);
  return [withSymbols(truth, names), withSymbols(foretold, new Set(kept.map(withoutVersion)))];
}

/** The differences of the two answers. */
export function differencesOf(real: Outcome, ours: Outcome): string[] {
  const [truth, foretold] = asListed(real, ours);
  const phase =
    truth.phase === foretold.phase ? [] : [`phase: really ${truth.phase}, foretold ${foretold.phase}`];
  const sets = (['libraries', 'versions', 'symbols'] as const satisfies readonly (keyof Missing)[]).flatMap(
    (name) => differenceOfSets(name, truth.missing[name], foretold.missing[name]),
  );
  return [...phase, ...sets];
}
