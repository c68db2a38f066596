import type { CheckResult, Seen } from '../../examine/check-report.ts';
import { printable, printableLines } from '../printable.ts';
import { contextText } from './context.ts';
import { findingsText } from './finding.ts';
import { headline } from './headline.ts';
import type { TextOptions, TextStyle } from './style.ts';
import { treeText } from './tree.ts';

const signalNames: Readonly<Record<number, string>> = {
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  136: 'SIGFPE',
  137: 'SIGKILL',
  139: 'SIGSEGV',
};

const linesShown = 3;

/** The lines that a user would have seen, the first ones without `verbose`; they are never wrapped, so that they can be searched for. */
function seenText(seen: Seen, verbose: boolean, style: TextStyle): string[] {
  const signal = signalNames[seen.exitStatus];
  const status = `exit status ${seen.exitStatus}${signal === undefined ? '' : `, ${signal}`}`;
  const frame = `(${printable(seen.engine)}, ${status})`;
  if (seen.message === '' && !seen.complete) return [`  What you would see is not known ${frame}`, ''];
  if (seen.message === '') return [`  You would see nothing ${frame}`, ''];
  const lines = printableLines(seen.message);
  const shown = verbose || lines.length <= linesShown + 1 ? lines : lines.slice(0, linesShown);
  const hidden = lines.length - shown.length;
  return [
    `  You would see ${frame}:`,
    '',
    ...shown.map((line) => `    ${style.bold(line)}`),
    ...(hidden === 0 ? [] : [`    ${style.dim(`and ${hidden} lines more (--verbose shows them)`)}`]),
    '',
  ];
}

/** Everything about one binary in one image, verdict first. */
export function resultText(
  result: CheckResult,
  name: string,
  options: TextOptions,
  style: TextStyle,
): string[] {
  const tree = options.verbose ? treeText(result, style) : [];
  return [
    headline(result, name, style, options.strict),
    '',
    ...(result.seen === null ? [] : seenText(result.seen, options.verbose, style)),
    ...(result.reason === null ? [] : [`  ${printable(result.reason)}`, '']),
    ...findingsText(result, options, style),
    ...(tree.length === 0 ? [] : ['  Libraries', ...tree.map((line) => `  ${line}`), '']),
    ...contextText(result, options, style),
  ];
}
