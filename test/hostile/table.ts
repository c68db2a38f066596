import type { Observed, Trick } from './trick.ts';

/** One trick that was run, with what was wrong. */
export interface Row {
  readonly subject: string;
  readonly trick: Trick;
  readonly observed: Observed;
  readonly wrong: readonly string[];
}

/** The table of docs/reliability.md: a row a subject. */
export function table(rows: readonly Row[]): string {
  const head = [
    '| subject | tricks | as they must | most memory (MiB) | most processor time (s) | longest (s) |',
    '|---------|-------:|-------------:|------------------:|------------------------:|------------:|',
  ];
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  return [...head, ...subjects.map((subject) => line(subject, rows))].join('\n');
}

function line(subject: string, all: readonly Row[]): string {
  const rows = all.filter((row) => row.subject === subject);
  const most = (of: (observed: Observed) => number) => Math.max(...rows.map(({ observed }) => of(observed)));
  const right = rows.filter(({ wrong }) => wrong.length === 0).length;
  const figures = [
    rows.length,
    right,
    most(({ memoryMiB }) => memoryMiB),
    most(({ processorSeconds }) => processorSeconds).toFixed(1),
    most(({ seconds }) => seconds).toFixed(1),
  ];
  return `| ${subject} | ${figures.join(' | ')} |`;
}
