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

/** Runs the built command with `--format json`. */
export async function libcCheck(args: readonly string[]): Promise<Checked> {
  const { exitStatus, stdout, stderr } = await command(process.execPath, [main, ...args, '--format', 'json']);
  if (!stdout.startsWith('{'))
    throw new Error(`libc-check ${args.join(' ')}: ${exitStatus}: ${stderr}${stdout}`);
  const report = JSON.parse(stdout) as CheckReport;
  const [result] = report.results;
  if (result === undefined || report.results.length !== 1)
    throw new Error(`${report.results.length} results`);
  return { exitStatus, stderr, report, result };
}
