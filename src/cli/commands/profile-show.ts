import { openImage } from '../../image/open-image.ts';
import { parsePlatform } from '../../image/reference/platform.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { renderDocument, writeReport } from '../write-report.ts';

/** Prints what an embedded profile, or an index file made by `profile build`, was made from and holds. */
export async function showCommand(args: Arguments, terminal: Terminal): Promise<void> {
  const [name, ...more] = args.words;
  if (name === undefined || more.length > 0) {
    throw new UsageError(
      'profile show needs one name or file, for example: libc-check profile show alpine:3.19',
    );
  }
  const platform = args.value('platform');
  const { existsSync } = await import('node:fs');
  const image = await openImage(name, {
    source: existsSync(name) || name.startsWith('profile:') ? 'auto' : 'profile',
    platform: platform === null ? null : parsePlatform(platform),
    fitting: null,
    env: terminal.env,
  });
  const report = { schemaVersion: 1, tool: toolIdentity, image } as const;
  await writeReport(await renderDocument('profile show', report, args, terminal), args, terminal);
}
