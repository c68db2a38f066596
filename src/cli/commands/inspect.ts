import { archiveOf } from '../../binary/archive/named-archive.ts';
import { BinaryError } from '../../binary/binary-file.ts';
import { findBinaries } from '../../binary/find-binaries.ts';
import { LongWork } from '../../image/long-work.ts';
import { inspect, inspectArchive } from '../../inspect.ts';
import type { InspectedFile, InspectReport } from '../../report/inspect/report.ts';
import { printable } from '../../report/printable.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import { cacheOf } from '../check-input.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { createProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { renderDocument, writeReport } from '../write-report.ts';

/** What `look` gives, or nothing when it fails for a reason that the user can put right, which goes to `failures`. */
async function attempt<T>(look: () => T | Promise<T>, failures: BinaryError[]): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof BinaryError)) throw error;
    failures.push(error);
    return null;
  }
}

async function inspectAll(args: Arguments, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const progress = createProgress(terminal);
  const work = { signal, onProgress: progress.tell };
  const cache = cacheOf(args, terminal.env);
  const options = cache === null ? work : { ...work, cache };
  const walk = new LongWork(work);
  const files: InspectedFile[] = [];
  const failures: BinaryError[] = [];
  for (const word of args.words) {
    const archive = archiveOf(word);
    if (archive !== null && archive.member === null) {
      files.push(...((await attempt(() => inspectArchive(word, work), failures)) ?? []));
      continue;
    }
    const found = await attempt(() => findBinaries(word, walk), failures);
    const paths = found?.paths.filter(({ isElf }) => isElf) ?? [];
    for (const [index, { path }] of paths.entries()) {
      if (walk.isDue) await walk.pause(`reading ${word}: ${index + 1} of ${paths.length} binaries`);
      const file = await attempt(() => inspect(path, options), failures);
      if (file !== null) files.push(file);
    }
  }
  progress.clear();
  if (files.length > 0) {
    const report: InspectReport = { schemaVersion: 1, tool: toolIdentity, files };
    await writeReport(await renderDocument('inspect', report, args, terminal), args, terminal);
  }
  for (const { message } of failures) await terminal.stderr.write(`libc-check: ${printable(message)}\n`);
  if (failures.some(({ code }) => code === 'call')) return exitCodes.usage;
  return failures.length > 0 ? exitCodes.unknown : exitCodes.runs;
}

/** Prints what each file is and requires. A file that cannot be inspected gets a line on stderr, and the worst one decides the exit status. */
export const command: Command = async (args, terminal) => {
  if (args.words.length === 0) {
    throw new UsageError('no file given, for example: libc-check inspect ./prediction-api');
  }
  return interruptible(terminal, (signal) => inspectAll(args, terminal, signal));
};
