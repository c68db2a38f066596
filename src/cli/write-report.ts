import type { Arguments } from './arguments.ts';
import { proseColumns, showsUnicode, type Terminal, wantsColor } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** How text looks where it will be read: the terminal, or the file of --output. */
export function textAppearance(
  args: Arguments,
  terminal: Terminal,
  stream: 'stdout' | 'stderr' = 'stdout',
): {
  readonly color: boolean;
  readonly columns: number;
  readonly unicode: boolean;
  readonly verbose: boolean;
} {
  const toTerminal =
    args.value('output') === null || stream === 'stderr' ? terminal[stream].isTerminal : false;
  const asked = { color: args.flag('color'), noColor: args.flag('no-color') };
  return {
    color: wantsColor(asked, terminal.env, toTerminal),
    columns: proseColumns(terminal[stream], terminal.env),
    unicode: showsUnicode(terminal.env),
    verbose: args.flag('verbose'),
  };
}

/** Which format was asked for: `--json` is the short form of `--format json`. */
export function formatOf(args: Arguments): 'text' | 'json' {
  return args.flag('json') || args.value('format') === 'json' ? 'json' : 'text';
}

/** Writes to the file of `--output`, else to standard output unless `--quiet`. Throws UsageError when the file cannot be written. */
export async function writeReport(text: string, args: Arguments, terminal: Terminal): Promise<void> {
  const path = args.value('output');
  if (path === null) {
    if (!args.flag('quiet')) await terminal.stdout.write(text);
    return;
  }
  const { writeFile } = await import('node:fs/promises');
  try {
    await writeFile(path, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot write the report to ${path}: ${reason}`, { cause: error });
  }
}
