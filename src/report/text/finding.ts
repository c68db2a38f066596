import type { CheckResult } from '../../examine/check-report.ts';
import type { Finding, Remedy } from '../../rules/finding.ts';
import { printable, printableLines } from '../printable.ts';
import { evidenceLines } from './evidence.ts';
import { hanging, labelled, listed } from './labelled.ts';
import type { TextOptions, TextStyle } from './style.ts';
import { wrapProse } from './wrap.ts';

const indent = '  ';
const findingsShownPerRule = 5;
const severityOrder = { error: 0, warning: 1, note: 2 } as const;

function remedyLines(remedy: Remedy, options: TextOptions, style: TextStyle): string[] {
  const commands = remedy.command === null ? [] : remedy.command.split('\n');
  return [
    ...labelled('to do', remedy.action, options, style),
    ...commands.map((command) => `${hanging}  ${style.bold(printable(command))}`),
  ];
}

/** The exact line for this finding; never wrapped. */
function seenLine(finding: Finding, style: TextStyle): string[] {
  if (finding.seen === null) return [];
  return listed('prints', printableLines(finding.seen), style);
}

function head(finding: Finding, options: TextOptions, style: TextStyle): string[] {
  const likely = finding.confidence === 'likely' ? ' (likely)' : '';
  const tag = `${finding.severity}[${printable(finding.rule)}]${likely}:`;
  const lines = wrapProse(
    `${tag} ${printable(finding.message)}`,
    options.columns,
    indent,
    `${indent}${indent}`,
  );
  const painted = style.severity[finding.severity](tag);
  // Wrapping never breaks the tag unless the terminal is narrower than it.
  lines[0] = (lines[0] ?? '').replace(tag, () => painted);
  return lines;
}

/** A finding, and those of the same cause that are told with it. */
interface Told {
  readonly finding: Finding;
  readonly remedies: readonly Remedy[];
  readonly also: Finding[];
}

function findingLines(
  { finding, remedies, also }: Told,
  known: readonly string[],
  options: TextOptions,
  style: TextStyle,
): string[] {
  return [
    ...head(finding, options, style),
    ...evidenceLines(finding, known, options, style),
    ...also.flatMap((one) => labelled('also', `${one.subject}: ${one.found}`, options, style)),
    ...(options.verbose ? seenLine(finding, style) : []),
    ...remedies.flatMap((remedy) => remedyLines(remedy, options, style)),
  ];
}

const foldersOf = ({ where }: Finding): string =>
  where.map((place) => place.slice(0, place.lastIndexOf('/'))).join(':');

/** A library that is missing in the same places as another one, with nothing to do about it that is not said there. */
const isToldWith = (finding: Finding, remedies: readonly Remedy[], first: Finding): boolean =>
  finding.rule === 'library-missing' &&
  first.rule === finding.rule &&
  first.severity === finding.severity &&
  remedies.length === 0 &&
  first.remedies.length > 0 &&
  foldersOf(first) === foldersOf(finding);

/** The findings of one result, errors first, with the remedies that no finding before them has. */
function toldFindings(findings: readonly Finding[], verbose: boolean): readonly Told[] {
  const ordered = findings.toSorted((a, b) => severityOrder[a.severity] - severityOrder[b.severity]);
  const known = new Set<string>();
  const told: Told[] = [];
  for (const finding of ordered) {
    const remedies = finding.remedies.filter((remedy) => {
      const key = JSON.stringify([remedy.action.replace(/^Or /, '').toLowerCase(), remedy.command]);
      return !known.has(key) && known.add(key);
    });
    const first = verbose ? undefined : told.find((one) => isToldWith(finding, remedies, one.finding));
    if (first === undefined) told.push({ finding, remedies, also: [] });
    else first.also.push(finding);
  }
  return told;
}

/**
 * The findings of one result, errors first. A remedy that several findings share stands under the first of them; without `verbose`,
 * a library that is missing in the same places and has no remedy of its own is one line of the first, and no more than five
 * findings of one rule are written out.
 */
export function findingsText(
  { findings, binary }: Pick<CheckResult, 'findings' | 'binary'>,
  options: TextOptions,
  style: TextStyle,
): string[] {
  const shown = new Map<string, number>();
  const lines: string[] = [];
  for (const told of toldFindings(findings, options.verbose)) {
    const { rule } = told.finding;
    const count = (shown.get(rule) ?? 0) + 1;
    shown.set(rule, count);
    if (options.verbose || count <= findingsShownPerRule)
      lines.push(...findingLines(told, [binary.at], options, style), '');
  }
  for (const [rule, count] of shown) {
    if (options.verbose || count <= findingsShownPerRule) continue;
    lines.push(
      `${indent}${style.dim(`and ${count - findingsShownPerRule} more of ${printable(rule)} (--verbose lists them)`)}`,
      '',
    );
  }
  return lines;
}
