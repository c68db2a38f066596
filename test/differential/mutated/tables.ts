import { table } from '../tables.ts';
import { type Judged, type JudgedClass, judgedClasses } from './judge.ts';

const count = (judged: readonly Judged[], name: JudgedClass): number =>
  judged.filter((each) => each.class === name).length;

/** The numbers of a run: one row for each kind of mutation, and the sum. */
export function tableOfKinds(judged: readonly Judged[]): string {
  const kinds = [...new Set(judged.map(({ kind }) => kind))].sort();
  const row = (name: string, these: readonly Judged[]) => [
    name,
    these.length,
    these.filter(({ trial }) => trial.end === 'starts').length,
    ...judgedClasses.map((each) => count(these, each)),
  ];
  const rows = kinds.map((kind) =>
    row(
      kind,
      judged.filter((each) => each.kind === kind),
    ),
  );
  const samples = new Set(judged.map(({ sample }) => sample)).size;
  const head = `${judged.length} starts of ${samples} samples.`;
  return `${head}\n\n${table(['what was changed', 'started', 'really start', ...judgedClasses], [...rows, row('all', judged)])}\n`;
}

/** Every file on which the two sides differ, the worst first. */
export function describeWrong(judged: readonly Judged[]): string {
  return judged
    .filter((each) => each.class !== 'agree' && each.class !== 'no answer')
    .sort((a, b) => judgedClasses.indexOf(a.class) - judgedClasses.indexOf(b.class))
    .map(
      (each) =>
        `${each.class}: ${each.sample} #${each.index} (seed ${each.seed}): ${each.what}\n    really: ${each.trial.end}: ${each.trial.said}\n    verdict: ${each.verdict}: ${each.reason}`,
    )
    .join('\n');
}
