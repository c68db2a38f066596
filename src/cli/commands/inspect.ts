import { ElfError } from '../../elf/elf-error.ts';
import { inspect } from '../../inspect.ts';
import type { InspectedFile, InspectReport } from '../../report/inspect-report.ts';
import { printable } from '../../report/printable.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import { binariesOf } from '../binaries.ts';
import { exitCodes } from '../exit-code.ts';
import type { Command } from '../run.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { formatOf, textAppearance, writeReport } from '../write-report.ts';

/** A file that could not be looked into: why, and whose doing it is. */
interface Failure {
  readonly line: string;
  readonly exitCode: number;
}

const wrongCalls: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  ENAMETOOLONG: 'no such file: the name is too long',
};

function failureOf(path: string, error: unknown): Failure {
  if (error instanceof ElfError) return { line: `${path}: ${error.message}`, exitCode: exitCodes.usage };
  if (!(error instanceof Error) || !('code' in error)) throw error;
  const wrongCall = wrongCalls[String(error.code)];
  return wrongCall === undefined
    ? { line: `${path}: cannot be read: ${error.message}`, exitCode: exitCodes.undecided }
    : { line: `${path}: ${wrongCall}`, exitCode: exitCodes.usage };
}

async function render(report: InspectReport, args: Arguments, terminal: Terminal): Promise<string> {
  if (formatOf(args) === 'json') {
    const { renderInspectJson } = await import('../../report/inspect-json.ts');
    return renderInspectJson(report);
  }
  const { renderInspectText } = await import('../../report/inspect-text.ts');
  return renderInspectText(report, { ...textAppearance(args, terminal), strict: false });
}

/** Prints what each file is and wants. What cannot be inspected is told on stderr, the worst of it by the exit status. */
export const command: Command = async (args, terminal) => {
  if (args.words.length === 0) {
    throw new UsageError('no file given, as in: libc-check inspect ./prediction-api');
  }
  const files: InspectedFile[] = [];
  const failures: Failure[] = [];
  for (const path of binariesOf(args.words)) {
    try {
      files.push(await inspect(path));
    } catch (error) {
      failures.push(failureOf(path, error));
    }
  }
  if (files.length > 0) {
    await writeReport(
      await render({ schemaVersion: 1, tool: toolIdentity, files }, args, terminal),
      args,
      terminal,
    );
  }
  for (const { line } of failures) await terminal.stderr.write(`libc-check: ${printable(line)}\n`);
  const worst = failures.find(({ exitCode }) => exitCode === exitCodes.usage) ?? failures[0];
  return worst?.exitCode ?? exitCodes.runs;
};
