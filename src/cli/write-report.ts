import {
  type DocumentFormat,
  type DocumentName,
  type Documents,
  formats,
  formatsOf,
} from '../report/formats.ts';
import type { TextOptions } from '../report/text/style.ts';
import type { Arguments } from './arguments.ts';
import { proseColumns, showsUnicode, type Terminal, wantsColor } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** How text looks where it will be read: the terminal, or the file of --output. */
export function textAppearance(
  args: Arguments,
  terminal: Terminal,
  stream: 'stdout' | 'stderr' = 'stdout',
): TextOptions {
  const toTerminal =
    args.value('output') === null || stream === 'stderr' ? terminal[stream].isTerminal : false;
  const asked = { color: args.flag('color'), noColor: args.flag('no-color') };
  return {
    color: wantsColor(asked, terminal.env, toTerminal),
    columns: proseColumns(terminal[stream], terminal.env),
    unicode: showsUnicode(terminal.env),
    verbose: args.flag('verbose'),
    strict: args.flag('strict'),
  };
}

/** `--json` is the short form of `--format json`; null when neither was given. Throws UsageError when they differ. */
function askedFormat(args: Arguments): string | null {
  const format = args.value('format');
  if (!args.flag('json')) return format;
  if (format !== null && format !== 'json')
    throw new UsageError(`--json and --format ${format} exclude each other: give one of them`);
  return 'json';
}

/** The format of a document: the one that was asked for, else the first. Throws UsageError when the document does not have it. */
export function formatOf<Name extends DocumentName>(args: Arguments, document: Name): DocumentFormat<Name> {
  const asked = askedFormat(args) ?? formats[0]?.id;
  const known = formatsOf(document);
  const format = known.find(({ id }) => id === asked);
  if (format === undefined) {
    const ids = known.map(({ id }) => id).join(', ');
    throw new UsageError(`libc-check ${document} has no format ${asked}; it has ${ids}`);
  }
  return format;
}

/** For an action that prints no document. Throws UsageError when a format was asked for. */
export function refuseFormat(args: Arguments, action: string): void {
  if (askedFormat(args) === null) return;
  const option = args.flag('json') ? '--json' : '--format';
  throw new UsageError(`${option} is not an option of libc-check ${action}, which prints no report`);
}

/** A document in the format that was asked for. Throws UsageError. */
export async function renderDocument<Name extends DocumentName>(
  document: Name,
  report: Documents[Name],
  args: Arguments,
  terminal: Terminal,
): Promise<string> {
  const render = await formatOf(args, document).load();
  return render(report, textAppearance(args, terminal));
}

/** Writes to the file of `--output`, else to standard output unless `--quiet`. Throws UsageError when the file cannot be written. */
export async function writeReport(text: string, args: Arguments, terminal: Terminal): Promise<void> {
  const path = args.value('output');
  if (path === null) {
    if (!args.flag('quiet')) await terminal.stdout.write(text);
    return;
  }
  const { writeOutput } = await import('./output/write-output.ts');
  await writeOutput('report', path, text, terminal);
}
