import { fileURLToPath } from 'node:url';
import type { CheckReport, CheckResult } from '../../src/examine/check-report.ts';
import { command } from './command.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Checked {
  readonly exitStatus: number | null;
  readonly stderr: string;
  readonly report: CheckReport;
  /** The only result. */
  readonly result: CheckResult;
}

/** Runs the built command with `--format json`, for any number of results. */
export async function libcCheckAll(args: readonly string[]): Promise<Omit<Checked, 'result'>> {
  const { exitStatus, stdout, stderr } = await command(process.execPath, [main, '--format', 'json', ...args]);
  if (!stdout.startsWith('{'))
    throw new Error(`libc-check ${args.join(' ')}: ${exitStatus}: ${stderr}${stdout}`);
  return { exitStatus, stderr, report: JSON.parse(stdout) as CheckReport };
}

/** The same for one result. */
export async function libcCheck(args: readonly string[]): Promise<Checked> {
  const { exitStatus, stderr, report } = await libcCheckAll(args);
  const [result] = report.results;
  if (result === undefined || report.results.length !== 1)
    throw new Error(`${report.results.length} results`);
  return { exitStatus, stderr, report, result };
}
