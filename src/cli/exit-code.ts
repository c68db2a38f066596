import type { CheckReport, CheckResult } from '../examine/check-report.ts';

/** What the exit status tells; a gate can rest on it: 1 is always certain. */
export const exitCodes = {
  /** Everything that was asked runs. */
  runs: 0,
  /** Something does not run (or warns, under --strict). */
  fails: 1,
  /** The call is wrong: unknown option, no such file, no such profile. */
  usage: 2,
  /** The verdict is unknown: image unreadable, engine down, a file that it depends on could not be read. */
  unknown: 3,
  /** Ended by SIGINT, as shells have it: 128 + 2. */
  interrupted: 130,
  terminated: 143,
} as const;

function fails(result: CheckResult, strict: boolean): boolean {
  if (result.verdict === 'fails') return true;
  return (
    strict && result.verdict === 'runs' && result.findings.some((finding) => finding.severity === 'warning')
  );
}

/**
 * One exit status for all results. A failure is certain whatever the others are, so it comes first; then a wrong call, which
 * the caller can put right; then doubt. Only when none of them is there, it is 0.
 */
export function exitCodeOf(report: CheckReport, strict: boolean): number {
  if (report.results.some((result) => fails(result, strict))) return exitCodes.fails;
  const unknown = report.results.filter((result) => result.verdict === 'unknown');
  if (unknown.some((result) => result.problem === 'call')) return exitCodes.usage;
  if (unknown.length > 0 || report.results.length === 0) return exitCodes.unknown;
  return exitCodes.runs;
}
