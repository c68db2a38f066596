import { table as rows } from '../differential/tables.ts';
import type { SubjectState } from './state.ts';
import { subjects } from './subjects.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

const found = ({ findings }: SubjectState, kind: string): number =>
  Object.keys(findings).filter((key) => key.startsWith(`${kind}-`)).length;

/** The table of docs/reliability.md: a row a subject. Findings are counted by cause. */
export function table(states: ReadonlyMap<string, SubjectState>): string {
  const head = ['subject', 'what is made', 'inputs', 'hours', 'errors', 'hangs', 'slow', 'memory'];
  const lines = [...states].map(([name, state]) => [
    name,
    subjects.get(name)?.inputs ?? '',
    sum(Object.values(state.inputs)),
    (state.seconds / 3600).toFixed(1),
    ...['error', 'hang', 'slow', 'memory'].map((kind) => found(state, kind)),
  ]);
  return `${rows(head, lines)}\n`;
}
