import { check } from '../../check.ts';
import type { CheckReport } from '../../examine/check-report.ts';
import { printable } from '../../report/printable.ts';
import { unknownDetails, unknownLines } from '../../report/text/unknown.ts';
import type { Arguments } from '../arguments.ts';
import { checkInput } from '../check-input.ts';
import type { Command } from '../command.ts';
import { exitCodeOf } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { createProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { formatOf, renderDocument, textAppearance, writeReport } from '../write-report.ts';

/** Results whose verdict is unknown go to stderr. */
async function reportUnknown(report: CheckReport, args: Arguments, terminal: Terminal): Promise<void> {
  for (const line of unknownLines(report, args.flag('verbose')))
    await terminal.stderr.write(`libc-check: ${line}\n`);
  if (!args.flag('verbose') || formatOf(args, 'check').readBy === 'programs') return;
  await terminal.stderr.write(unknownDetails(report, textAppearance(args, terminal, 'stderr')));
}

/** A name that moves on, such as `alpine:latest`, is not the profile that was taken for it. */
async function warnOfDifferences({ results }: CheckReport, terminal: Terminal): Promise<void> {
  const lines = results.flatMap(({ image: { reference, difference, fellThrough } }) =>
    difference === null || fellThrough.length === 0
      ? []
      : [`warning: ${reference} was checked by its embedded profile: ${difference}`],
  );
  for (const line of new Set(lines)) await terminal.stderr.write(`libc-check: ${printable(line)}\n`);
}

async function checkAndTell(args: Arguments, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const progress = createProgress(terminal);
  const report = await check({
    ...checkInput(args, terminal.env),
    signal,
    ...(args.flag('quiet') ? {} : { onProgress: progress.tell }),
  }).finally(progress.clear);
  signal.throwIfAborted();
  await writeReport(await renderDocument('check', report, args, terminal), args, terminal);
  if (!args.flag('quiet')) await warnOfDifferences(report, terminal);
  await reportUnknown(report, args, terminal);
  return exitCodeOf(report, args.flag('strict'));
}

/** The main job: checks, reports, and gives the exit status. */
export const command: Command = (args, terminal) =>
  interruptible(terminal, (signal) => checkAndTell(args, terminal, signal));
