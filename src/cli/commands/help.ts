import type { Command } from '../command.ts';
import { type CommandName, commandNames } from '../command-names.ts';
import { exitCodes } from '../exit-code.ts';
import { suggestion } from '../nearest.ts';
import { proseColumns } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { helpText } from '../yargs-definition.ts';

/** Prints the help: of the command that `help` or `--help` stands with. */
export const command: Command = async (args, terminal) => {
  const [asked = 'check'] = args.command === 'help' ? args.words : [args.command];
  const name = commandNames.find((candidate): candidate is CommandName => candidate === asked);
  if (name === undefined) {
    throw new UsageError(`there is no command ${asked}${suggestion(asked, commandNames)}`);
  }
  await terminal.stdout.write(await helpText(name, proseColumns(terminal.stdout, terminal.env)));
  return exitCodes.runs;
};
