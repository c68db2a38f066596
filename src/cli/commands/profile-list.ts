import { listProfiles } from '../../image/profiles/profile-catalog.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { renderDocument, writeReport } from '../write-report.ts';

/** Prints the embedded profiles: name, release, platforms. */
export async function listCommand(args: Arguments, terminal: Terminal): Promise<void> {
  if (args.words.length > 0)
    throw new UsageError('profile list takes no names; profile show NAME describes one profile');
  const report = { schemaVersion: 1, tool: toolIdentity, profiles: listProfiles() } as const;
  await writeReport(await renderDocument('profile list', report, args, terminal), args, terminal);
}
