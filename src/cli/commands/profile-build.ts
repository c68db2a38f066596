import { buildProfile } from '../../image/build-profile.ts';
import type { ImageConfig } from '../../image/image.ts';
import { parsePlatform } from '../../image/reference/platform.ts';
import type { Arguments } from '../arguments.ts';
import { writeOutput } from '../output/write-output.ts';
import { createProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { refuseFormat } from '../write-report.ts';

/** What the options put in place of the image's own configuration. */
function configOf(args: Arguments): Partial<ImageConfig> {
  const env = args.list('env');
  const user = args.value('user');
  const bare = env.find((line) => !line.includes('='));
  if (bare !== undefined)
    throw new UsageError(`--env ${bare}: a profile needs the value too: --env ${bare}=VALUE`);
  return { ...(env.length > 0 ? { env } : {}), ...(user === null ? {} : { user }) };
}

/** Writes the index of an image, with what it was made from, to a file that can be checked against. */
export async function buildCommand(args: Arguments, terminal: Terminal, signal: AbortSignal): Promise<void> {
  refuseFormat(args, 'profile build');
  const [reference, ...more] = args.words;
  const output = args.value('output');
  if (reference === undefined || more.length > 0 || output === null) {
    throw new UsageError(
      'profile build needs one image and a file, for example: libc-check profile build rootfs.tar.gz -o base.lcindex',
    );
  }
  const platform = args.value('platform');
  const name = args.value('name');
  const progress = createProgress(terminal);
  const { bytes } = await buildProfile(reference, {
    platform: platform === null ? null : parsePlatform(platform),
    fitting: null,
    env: terminal.env,
    date: new Date().toISOString().slice(0, 10),
    config: configOf(args),
    onProgress: progress.tell,
    signal,
    ...(name === null ? {} : { madeFrom: name }),
  }).finally(progress.clear);
  await writeOutput('profile', output, bytes, terminal);
  await terminal.stdout.write(`${output}: ${bytes.length} bytes\n`);
}
