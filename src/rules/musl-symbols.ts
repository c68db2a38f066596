import table from './musl-symbols.json' with { type: 'json' };

/** A release of Alpine and of its musl. */
export interface MuslRelease {
  readonly alpine: string;
  readonly musl: string;
}

const releases = new Map<string, MuslRelease>(
  table.added.flatMap(({ alpine, musl, adds }) => adds.map((name) => [name, { alpine, musl }] as const)),
);

/** The first release of Alpine whose musl exports the symbol; null for what all have or none has. */
export function firstMuslWith(symbol: string): MuslRelease | null {
  return releases.get(symbol) ?? null;
}
