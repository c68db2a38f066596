import type { CheckReport, CheckResult } from '../../examine/check-report.ts';
import { chainsOf, chainText } from './chain.ts';
import { binaryNames, outcomeOf } from './headline.ts';
import { countsText, matrixText } from './matrix.ts';
import { resultText } from './result.ts';
import { skippedLines } from './skipped.ts';
import { type TextOptions, type TextStyle, textStyle } from './style.ts';

function block(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}

function isShown(result: CheckResult, alone: boolean, verbose: boolean): boolean {
  const outcome = outcomeOf(result);
  if (outcome === 'unknown') return false;
  return alone || verbose || outcome !== 'runs';
}

/** All verdicts at a glance: a block for each chain of programs, a table of all else, and the counts. */
function summaryText(
  report: CheckReport,
  names: ReadonlyMap<string, string>,
  options: TextOptions,
  style: TextStyle,
): string {
  const chains = chainsOf(report.results);
  const others = report.results.filter((result) => !chains.some((chain) => chain.includes(result)));
  const table = others.length === 0 ? [] : [matrixText(others, names, options, style)];
  const blocks = [...chains.map((chain) => chainText(chain, options, style)), ...table];
  return [...blocks.map(block), block([countsText(report)])].join('\n');
}

/**
 * The report for people at a terminal. One result is written out whole; several become a table followed by what does not run
 * or warns (`verbose`: by all). A result whose verdict is unknown is never written out here:
 * see `unknownLines`. Empty when nothing was decided.
 */
export function renderText(report: CheckReport, options: TextOptions): string {
  const { results } = report;
  if (results.every((result) => result.verdict === 'unknown')) return '';
  const style = textStyle(options);
  const names = binaryNames(results);
  const shown = results.filter((result) => isShown(result, results.length === 1, options.verbose));
  const details = shown.map((result) =>
    block(resultText(result, names.get(result.binary.path) ?? '', options, style)),
  );
  const summary = results.length > 1 ? [summaryText(report, names, options, style)] : [];
  const skipped = report.skipped.length === 0 ? [] : [block(skippedLines(report))];
  return [...summary, ...details, ...skipped].join('\n');
}
