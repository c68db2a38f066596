import { listProfiles, type Profile } from '../../image/profiles/profile-catalog.ts';
import { printable } from '../../report/printable.ts';
import { padDisplay } from '../../report/text/display-width.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { formatOf, writeReport } from '../write-report.ts';

function listText(profiles: readonly Profile[]): string {
  const rows = profiles.map(({ name, release, files }) => [
    name,
    release,
    files.map((file) => file.platform.replace(/^linux\//, '')).join(' '),
  ]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => padDisplay(printable(cell), widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function listJson(profiles: readonly Profile[]): string {
  const document = {
    schemaVersion: 1,
    tool: toolIdentity,
    profiles: profiles.map(({ name, release, names, files }) => ({
      name,
      release,
      aliases: names.flatMap(({ repositories, tags }) =>
        repositories.flatMap((repository) => tags.map((tag) => `${repository}:${tag}`)),
      ),
      platforms: files.map(({ platform, sha256, provenance }) => ({ platform, sha256, provenance })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Prints the embedded profiles: name, release, platforms. */
export async function listCommand(args: Arguments, terminal: Terminal): Promise<void> {
  if (args.words.length > 0)
    throw new UsageError('profile list takes no names; profile show NAME tells of one');
  const profiles = listProfiles();
  await writeReport(formatOf(args) === 'json' ? listJson(profiles) : listText(profiles), args, terminal);
}
