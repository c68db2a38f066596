import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { failsResult, finding, report, runsResult, unknownResult } from '../report/reports.ts';

const runs = runsResult();
const fails = failsResult();
const warns = runsResult({ findings: [finding({ severity: 'warning' })] });
const notes = runsResult({ findings: [finding({ severity: 'note' })] });
const unknown = unknownResult();
const wrongCall = unknownResult({ problem: 'call', reason: './nothing: no such file' });

test.each([
  ['all run', [runs, runs], false, 0],
  ['one does not', [runs, fails], false, 1],
  ['one warns', [runs, warns], false, 0],
  ['one warns and warnings fail', [runs, warns], true, 1],
  ['one has a note and warnings fail', [notes], true, 0],
  ['one is unknown', [runs, unknown], false, 3],
  ['one was asked wrongly', [runs, wrongCall], false, 2],
  ['one was asked wrongly and one is unknown', [unknown, wrongCall], false, 2],
  ['one certainly fails beside one that is unknown', [unknown, fails], false, 1],
  ['one certainly fails beside one that was asked wrongly', [wrongCall, fails], false, 1],
  ['one warns and warnings fail, and one is unknown', [warns, unknown], true, 1],
  ['nothing was checked', [], false, 3],
])('when %s', (_what, results, strict, expected) => {
  expect(exitCodeOf(report(...results), strict)).toBe(expected);
});

test('doubt never counts as a failure for its warnings', () => {
  const doubtful = unknownResult({ findings: [finding({ severity: 'warning' })] });
  expect(exitCodeOf(report(doubtful), true)).toBe(3);
});
