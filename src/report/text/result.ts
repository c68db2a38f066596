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

/** The line that a user would have seen; it is never wrapped, so that it can be searched for. */
function seenText(seen: Seen, style: TextStyle): string[] {
  const signal = signalNames[seen.exitStatus];
  const status = `exit status ${seen.exitStatus}${signal === undefined ? '' : `, ${signal}`}`;
  const frame = `(${printable(seen.engine)}, ${status})`;
  if (seen.message === '') return [`  You would see nothing ${frame}`, ''];
  const lines = printableLines(seen.message).map((line) => `    ${style.bold(line)}`);
  return [`  You would see ${frame}:`, '', ...lines, ''];
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
    ...(result.seen === null ? [] : seenText(result.seen, style)),
    ...(result.reason === null ? [] : [`  ${printable(result.reason)}`, '']),
    ...findingsText(result.findings, options, style),
    ...(tree.length === 0 ? [] : ['  Libraries', ...tree.map((line) => `  ${line}`), '']),
    ...contextText(result, options, style),
  ];
}
