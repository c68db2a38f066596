import { basename } from 'node:path';
import type { Command } from '../command.ts';
import { completionScripts, completionShells, filesLine } from '../completion-scripts.ts';
import { completionsOf } from '../completions.ts';
import { exitCodes } from '../exit-code.ts';
import { suggestion } from '../nearest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** Prints the script that a shell loads: the one that is named, else that of SHELL, else bash. */
export const command: Command = async (args, terminal) => {
  const [name, ...more] = args.words;
  if (more.length > 0)
    throw new UsageError('completion takes one shell, for example: libc-check completion zsh');
  const asked = name ?? basename(terminal.env['SHELL'] ?? '');
  const shell = completionShells.find((known) => known === asked);
  if (shell === undefined && name !== undefined)
    throw new UsageError(
      `there is no completion for ${name}${suggestion(name, completionShells) || `; there is one for ${completionShells.join(', ')}`}`,
    );
  await terminal.stdout.write(completionScripts[shell ?? 'bash']);
  return exitCodes.runs;
};

/** Answers the script: `words` is the unfinished command line, libc-check itself first. */
export async function complete(words: readonly string[], terminal: Terminal): Promise<number> {
  const { candidates, files } = await completionsOf(words.slice(1));
  const lines = files ? [...candidates, filesLine] : candidates;
  await terminal.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return exitCodes.runs;
}
