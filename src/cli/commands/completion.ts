import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { completionScript, completionsOf } from '../yargs-definition.ts';

/** Prints the script that a shell loads. */
export const command: Command = async (_args, terminal) => {
  await terminal.stdout.write(await completionScript());
  return exitCodes.runs;
};

/** Answers the script: `words` is the unfinished command line, libc-check itself first. */
export async function complete(words: readonly string[], terminal: Terminal): Promise<number> {
  const completions = await completionsOf(words.slice(1));
  await terminal.stdout.write(completions.map((completion) => `${completion}\n`).join(''));
  return exitCodes.runs;
}
