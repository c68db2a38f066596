import { toolIdentity } from '../../tool-identity.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-code.ts';

/** Prints name, version and commit. */
export const command: Command = async (_args, terminal) => {
  const { name, version, commit } = toolIdentity;
  await terminal.stdout.write(`${name} ${version} (commit ${commit})\n`);
  return exitCodes.runs;
};
