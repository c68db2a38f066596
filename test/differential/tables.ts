import type { Comparison } from './compare.ts';

export function count(keys: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === 'number');
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (isNumber(i) ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  const [first = [], ...rest] = cells;
  return [line(first), rule, ...rest.map(line)].join('\n');
}

const compared = (comparisons: readonly Comparison[]) =>
  comparisons.filter(({ differences }) => differences !== null);
const apart = (comparisons: readonly Comparison[]) =>
  comparisons.filter(({ differences }) => (differences?.length ?? 0) > 0);

export const disagreementsOf = apart;

function rowsBy(
  comparisons: readonly Comparison[],
  key: (comparison: Comparison) => string,
): (string | number)[][] {
  return count(comparisons.map(key)).map(([name, pairs]) => {
    const these = comparisons.filter((comparison) => key(comparison) === name);
    const judged = compared(these);
    return [name, pairs, judged.length, judged.length - apart(these).length, apart(these).length];
  });
}

const columns = ['pairs', 'compared', 'agree', 'disagree'];

/** The numbers of a run: by real outcome, architecture and image, and what could not be compared. */
export function tablesOf(comparisons: readonly Comparison[]): string {
  const total = compared(comparisons).length;
  const lists = (name: 'libraries' | 'versions' | 'symbols') => {
    const both = compared(comparisons).filter(
      ({ truth, foretold }) =>
        truth.phase !== null &&
        foretold.phase !== null &&
        truth.missing[name] !== null &&
        foretold.missing[name] !== null,
    );
    const filled = both.filter(({ truth }) => truth.phase !== null && (truth.missing[name]?.size ?? 0) > 0);
    const entries = filled.reduce(
      (sum, { truth }) => sum + (truth.phase === null ? 0 : (truth.missing[name]?.size ?? 0)),
      0,
    );
    const differing = both.filter(({ differences }) =>
      differences?.some((text) => text.startsWith(`${name}:`)),
    );
    return [`missing ${name}`, both.length, filled.length, entries, differing.length];
  };
  const outcome = ({ question, truth }: Comparison) =>
    `${question === 'start' ? 'program' : 'shared object'}: ${truth.phase ?? 'no answer'}`;
  const leftOut = comparisons.filter(({ differences }) => differences === null);
  const reasons = count(
    leftOut.map(({ truth, foretold }) =>
      truth.phase === null ? truth.reason : foretold.phase === null ? foretold.reason : '',
    ),
  );
  const parts = [
    `${comparisons.length} pairs of ${new Set(comparisons.map(({ binary }) => binary)).size} binaries and ${new Set(comparisons.map(({ image }) => image)).size} images of ${new Set(comparisons.map(({ machine }) => machine)).size} architectures; ${total} compared, ${total - apart(comparisons).length} agree, ${apart(comparisons).length} disagree.`,
    table(['what really happens', ...columns], rowsBy(comparisons, outcome)),
    table(
      ['lists', 'compared', 'not empty', 'entries', 'differ'],
      (['libraries', 'versions', 'symbols'] as const).map(lists),
    ),
    table(
      ['architecture', ...columns],
      rowsBy(comparisons, ({ machine }) => machine),
    ),
    table(
      ['image', ...columns],
      rowsBy(comparisons, ({ image }) => image),
    ),
  ];
  if (reasons.length > 0) parts.push(table(['not compared, because', 'pairs'], reasons));
  return `${parts.join('\n\n')}\n`;
}

/** Every disagreement, those of one kind together. */
export function describeDisagreements(comparisons: readonly Comparison[]): string {
  return apart(comparisons)
    .map(({ image, binary, truth, differences }) => {
      const said = truth.said.trim().split('\n').slice(0, 3).join('\n      ');
      return [
        `${image}  ${binary}`,
        ...(differences ?? []).map((text) => `    ${text}`),
        ...(said === '' ? [] : [`    seen: ${said}`]),
      ].join('\n');
    })
    .join('\n');
}
