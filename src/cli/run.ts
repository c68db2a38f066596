import { ImageError } from '../image/image-error.ts';
import { printableLine } from '../report/printable.ts';
import { readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import type { CommandName } from './command-names.ts';
import { completionRequest } from './completion-scripts.ts';
import { exitCodes } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Each command is loaded only when it is asked for. */
const commands: Readonly<Record<CommandName, () => Promise<{ readonly command: Command }>>> = {
  check: () => import('./commands/check.ts'),
  inspect: () => import('./commands/inspect.ts'),
  profile: () => import('./commands/profile.ts'),
  cache: () => import('./commands/cache.ts'),
  explain: () => import('./commands/explain.ts'),
  completion: () => import('./commands/completion.ts'),
  version: () => import('./commands/version.ts'),
  help: () => import('./commands/help.ts'),
};

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (argv[0] === completionRequest) {
    const { complete } = await import('./commands/completion.ts');
    return complete(argv.slice(1), terminal);
  }
  const args = readArguments(argv);
  const name = args.flag('help') ? 'help' : args.flag('version') ? 'version' : args.command;
  if (args.value('output') !== null) {
    const { refuseChecked } = await import('./output/refuse-checked.ts');
    refuseChecked(args);
  }
  const { command } = await commands[name]();
  return command(args, terminal);
}

/** One line for people, and the exit status, for anything that was thrown. */
export function describeError(error: unknown): { readonly line: string; readonly exitCode: number } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { line: message, exitCode: exitCodes.usage };
  if (error instanceof ImageError) {
    return { line: message, exitCode: error.code === 'call' ? exitCodes.usage : exitCodes.unknown };
  }
  return {
    line: `internal error: ${message.split('\n', 1)[0]}; please report it (LIBC_CHECK_DEBUG=1 shows where it happened)`,
    exitCode: exitCodes.unknown,
  };
}

/** Prints an error on stderr, with its stack when LIBC_CHECK_DEBUG is set, and returns the exit status. */
export async function reportError(error: unknown, terminal: Terminal): Promise<number> {
  const { line, exitCode } = describeError(error);
  const asked = error instanceof ImageError ? error.fellThrough : [];
  const reasons = asked.map(({ source, reason }) => `${source}: ${reason}`);
  for (const text of [line, ...reasons]) await terminal.stderr.write(`libc-check: ${printableLine(text)}\n`);
  if (terminal.env['LIBC_CHECK_DEBUG'] && error instanceof Error)
    await terminal.stderr.write(`${error.stack}\n`);
  return exitCode;
}

/** Carries out one command line (without node and script) and gives its exit status. Never throws. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    return reportError(error, terminal);
  }
}
