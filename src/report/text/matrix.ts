import type { CheckReport, CheckResult } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import { displayWidth, padDisplay } from './display-width.ts';
import { counted, outcomeOf, warningCount } from './headline.ts';
import type { TextOptions, TextStyle } from './style.ts';

const gap = '  ';

function cellWords(result: CheckResult, style: TextStyle): string {
  const outcome = outcomeOf(result);
  const { sign } = style.verdict[outcome];
  if (outcome === 'runs') return `${sign} ${result.binary.kind === 'shared-object' ? 'loads' : 'starts'}`;
  if (outcome === 'warned') return `${sign} ${counted(warningCount(result), 'warning')}`;
  if (outcome === 'unknown') return `${sign} unknown`;
  return `${sign} ${result.stage ?? 'fails'}`;
}

function table(
  results: readonly CheckResult[],
  names: ReadonlyMap<string, string>,
  style: TextStyle,
): { readonly lines: string[]; readonly width: number } {
  const images = [...new Set(results.map((result) => result.image.reference))];
  const firstWidth = Math.max(...[...names.values()].map(displayWidth));
  const widths = images.map((image) =>
    Math.max(
      displayWidth(printable(image)),
      ...results
        .filter((result) => result.image.reference === image)
        .map((result) => displayWidth(cellWords(result, style))),
    ),
  );
  const header = images.map((image, column) => style.bold(padDisplay(printable(image), widths[column] ?? 0)));
  const lines = [`${' '.repeat(firstWidth)}${gap}${header.join(gap)}`];
  for (const [path, name] of names) {
    const row = results.filter((result) => result.binary.path === path);
    const cells = images.map((image, column) => {
      const result = row.find((candidate) => candidate.image.reference === image);
      if (result === undefined) return ' '.repeat(widths[column] ?? 0);
      return style.verdict[outcomeOf(result)].paint(
        padDisplay(cellWords(result, style), widths[column] ?? 0),
      );
    });
    lines.push(`${padDisplay(name, firstWidth)}${gap}${cells.join(gap)}`);
  }
  return { lines, width: firstWidth + widths.reduce((sum, width) => sum + gap.length + width, 0) };
}

/** One line a pair, for terminals that are too narrow for the table. */
function list(
  results: readonly CheckResult[],
  names: ReadonlyMap<string, string>,
  style: TextStyle,
): string[] {
  const cells = results.map((result) => cellWords(result, style));
  const width = Math.max(...cells.map(displayWidth));
  return results.map((result, position) => {
    const cell = style.verdict[outcomeOf(result)].paint(padDisplay(cells[position] ?? '', width));
    return `${cell}${gap}${names.get(result.binary.path) ?? ''} in ${printable(result.image.reference)}`;
  });
}

/** How many of all start. */
export function countsText({ summary, results }: CheckReport): string {
  const { runs, fails, unknown } = summary;
  const counts = [
    `${runs} of ${results.length} start`,
    fails > 0 ? `${fails} will not` : '',
    unknown > 0 ? `${unknown} unknown` : '',
  ];
  return counts.filter(Boolean).join(', ');
}

/** Every binary (rows) in every image (columns) at a glance. */
export function matrixText(
  results: readonly CheckResult[],
  names: ReadonlyMap<string, string>,
  options: TextOptions,
  style: TextStyle,
): string[] {
  const rows = new Set(results.map(({ binary }) => binary.path));
  const named = new Map([...names].filter(([path]) => rows.has(path)));
  const wide = table(results, named, style);
  const lines = wide.width <= options.columns ? wide.lines : list(results, named, style);
  return lines.map((line) => line.trimEnd());
}
