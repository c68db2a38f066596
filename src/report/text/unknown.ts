import type { CheckReport, CheckResult } from '../../examine/check-report.ts';
import { printable, printableLine } from '../printable.ts';
import { binaryNames, counted } from './headline.ts';
import { resultText } from './result.ts';
import { type TextOptions, textStyle } from './style.ts';

function line(group: readonly CheckResult[], names: ReadonlyMap<string, string>): string {
  const [first] = group;
  if (first === undefined) return '';
  const reason = printableLine(first.reason ?? 'no reason is known');
  if (first.problem === 'call') return reason;
  const name =
    group.length === 1 ? printableLine(names.get(first.binary.path) ?? '') : counted(group.length, 'check');
  const images = new Set(group.map((result) => result.image.reference));
  // Reasons that name the image themselves are not told it twice.
  const isNamed = images.size > 1 || reason.includes(first.image.reference);
  const where = isNamed ? '' : ` in ${printableLine(first.image.reference)}`;
  return `unknown: ${name}${where}: ${reason}`;
}

/** Why no source has the image: with `verbose` a line for each source that was asked, else where to see them. */
function withSources([first]: readonly CheckResult[], line: string, verbose: boolean): string[] {
  const asked = first?.image.source === null ? first.image.fellThrough : [];
  if (asked.length === 0) return [line];
  if (!verbose) return [`${line}; --verbose says why each does not have it`];
  return [line, ...asked.map(({ source, reason }) => `${printable(source)}: ${printableLine(reason)}`)];
}

/** One line for people on each distinct reason for an unknown verdict, in the order of the results. */
export function unknownLines(report: CheckReport, verbose: boolean): string[] {
  const groups = new Map<string, CheckResult[]>();
  for (const result of report.results) {
    if (result.verdict !== 'unknown') continue;
    const key = JSON.stringify([result.problem, result.reason]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const names = binaryNames(report.results);
  return [...groups.values()].flatMap((group) => withSources(group, line(group, names), verbose));
}

/** What is known beside an unknown verdict (`--verbose`), if anything. It belongs on stderr: it is no verdict. */
export function unknownDetails(report: CheckReport, options: TextOptions): string {
  const style = textStyle(options);
  const names = binaryNames(report.results);
  return report.results
    .filter(({ verdict, objects, findings }) => verdict === 'unknown' && objects.length + findings.length > 0)
    .map(
      (result) =>
        `${resultText(result, names.get(result.binary.path) ?? '', options, style)
          .join('\n')
          .trimEnd()}\n`,
    )
    .join('\n');
}
