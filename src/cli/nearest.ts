/** Edit distance of two short words: characters added, removed, replaced, or two neighbours exchanged. */
function distance(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const exchange = exchanged ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      const addition = (previous[column] ?? 0) + 1;
      const removal = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(substitution, exchange, addition, removal));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** The one of `choices` that was most likely meant by `word`; null when none is near. */
export function nearest(word: string, choices: readonly string[]): string | null {
  const lowered = word.toLowerCase().slice(0, 64);
  let best: { readonly choice: string; readonly cost: number } | null = null;
  for (const choice of choices) {
    const cost =
      choice.startsWith(lowered) && lowered.length > 1 ? 0.5 : distance(lowered, choice.toLowerCase());
    if (
      cost <= Math.max(1, Math.floor(choice.length / 3)) &&
      cost < (best?.cost ?? Number.POSITIVE_INFINITY)
    ) {
      best = { choice, cost };
    }
  }
  return best?.choice ?? null;
}

/** `; did you mean …?`, or nothing. */
export function suggestion(word: string, choices: readonly string[]): string {
  const meant = nearest(word, choices);
  return meant === null ? '' : `; did you mean ${meant}?`;
}
