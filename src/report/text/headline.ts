import type { CheckResult, Verdict } from '../../examine/check-report.ts';
import { printable } from '../printable.ts';
import type { TextStyle } from './style.ts';

/** The verdict as a reader takes it: one that runs with warnings stands apart. */
export type Outcome = Verdict | 'warned';

/** `text` of a number and its noun: `1 warning`, `2 warnings`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Findings of severity `warning`. */
export function warningCount(result: CheckResult): number {
  return result.findings.filter((finding) => finding.severity === 'warning').length;
}

export function outcomeOf(result: CheckResult): Outcome {
  return result.verdict === 'runs' && warningCount(result) > 0 ? 'warned' : result.verdict;
}

function basename(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) || path;
}

/** What each binary is called in the report, by its path: the file name, or the path where two have the same file name. */
export function binaryNames(results: readonly CheckResult[]): ReadonlyMap<string, string> {
  const paths = [...new Set(results.map((result) => result.binary.path))];
  const names = new Map<string, number>();
  for (const path of paths) names.set(basename(path), (names.get(basename(path)) ?? 0) + 1);
  return new Map(
    paths.map((path) => [path, printable(names.get(basename(path)) === 1 ? basename(path) : path)]),
  );
}

function sentence(result: CheckResult, name: string, strict: boolean): string {
  const image = printable(result.image.reference);
  const { kind } = result.binary;
  // A loader is a shared object, and a program where it is the command.
  const opened = kind === 'shared-object' && result.command === null;
  const loaded = opened || (kind === 'other' && result.stage === 'library');
  switch (outcomeOf(result)) {
    case 'fails':
      return `${name} ${loaded ? 'cannot be loaded' : 'will not start'} in ${image}`;
    case 'unknown':
      return `unknown whether ${name} ${loaded ? 'loads' : 'starts'} in ${image}`;
    case 'warned':
      return `${name} ${loaded ? 'can be loaded' : 'starts'} in ${image}, with ${counted(warningCount(result), 'warning')}${strict ? ', which --strict takes as failure' : ''}`;
    case 'runs':
      return `${name} ${loaded ? 'can be loaded' : 'starts'} in ${image}`;
  }
}

/** The first line of a result: sign and verdict in words. */
export function headline(result: CheckResult, name: string, style: TextStyle, strict: boolean): string {
  const { sign, paint } = style.verdict[outcomeOf(result)];
  return style.bold(paint(`${sign} ${sentence(result, name, strict)}`));
}
