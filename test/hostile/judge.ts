import { bounds, type Observed, type Trick } from './trick.ts';

/** What a text holds that acts on a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** Everything that is wrong in what was observed, a sentence each; empty when the command did what it must. */
export function judge(trick: Trick, observed: Observed): string[] {
  return [
    ...wrongEnd(trick, observed),
    ...wrongWords(trick, observed),
    ...overBounds(trick, observed),
    ...observed.left,
  ];
}

function wrongEnd({ status: right }: Trick, { status, signal, ended }: Observed): string[] {
  if (ended !== null) return [`ended from outside: ${ended}`];
  if (signal !== null) return [`ended by ${signal}`];
  return status !== null && right.includes(status) ? [] : [`exit ${status}, not ${right.join(' or ')}`];
}

function wrongWords({ says, saysNot, errorLines = 1 }: Trick, { stdout, stderr }: Observed): string[] {
  const all = `${stdout}\n${stderr}`;
  const wrong: string[] = [];
  if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(all)) wrong.push('a stack trace');
  if (/internal error/i.test(all)) wrong.push('an internal error');
  if (acting.test(all)) wrong.push('characters that act on a terminal');
  if (says !== undefined && !says.test(all)) wrong.push(`does not say ${says}`);
  if (saysNot?.test(all)) wrong.push(`says ${saysNot}`);
  const lines = stderr.split('\n').filter((line) => line !== '').length;
  if (lines > errorLines) wrong.push(`${lines} lines of error, not ${errorLines}`);
  return wrong;
}

function overBounds(trick: Trick, { memoryMiB, processorSeconds, seconds }: Observed): string[] {
  const most = { ...bounds, ...trick.bounds };
  const wrong: string[] = [];
  if (memoryMiB > most.memoryMiB) wrong.push(`held ${memoryMiB} MiB, not ${most.memoryMiB}`);
  if (processorSeconds > most.processorSeconds)
    wrong.push(`worked ${processorSeconds} s, not ${most.processorSeconds}`);
  if (seconds > most.seconds) wrong.push(`took ${seconds.toFixed(1)} s, not ${most.seconds}`);
  return wrong;
}
