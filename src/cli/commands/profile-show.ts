import type { Image } from '../../image/image.ts';
import { openImage } from '../../image/open-image.ts';
import { formatPlatform, parsePlatform } from '../../image/reference/platform.ts';
import { printable } from '../../report/printable.ts';
import { toolIdentity } from '../../tool-identity.ts';
import type { Arguments } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { formatOf, writeReport } from '../write-report.ts';

/** What a saved index holds, in numbers. */
function contents({ content: { layers } }: Image): { layers: number; entries: number; elfFiles: number } {
  const entries = layers.flatMap((layer) => layer.entries);
  const elfFiles = entries.filter((entry) => entry.type === 'file' && entry.content.kind === 'elf');
  return { layers: layers.length, entries: entries.length, elfFiles: elfFiles.length };
}

function showText(image: Image): string {
  const { provenance, config, platform } = image.content;
  const { layers, entries, elfFiles } = contents(image);
  const command = [...config.entrypoint, ...config.cmd];
  const rows: (readonly [string, string | null])[] = [
    ['profile', image.resolved],
    ['platform', formatPlatform(platform)],
    ['made from', provenance?.madeFrom ?? null],
    ['sha256', provenance?.sha256 ?? null],
    ['made on', provenance?.date ?? null],
    [
      'holds',
      `${entries} files and folders in ${layers === 1 ? 'one layer' : `${layers} layers`}, ${elfFiles} of them ELF files`,
    ],
    ...config.env.map((line) => ['env', line] as const),
    ['user', config.user || null],
    ['command', command.length > 0 ? command.join(' ') : null],
  ];
  return rows
    .map(([label, value]) => (value === null ? '' : `${label.padEnd(11)}${printable(value)}\n`))
    .join('');
}

function showJson(image: Image): string {
  const { provenance, config, platform } = image.content;
  const document = {
    schemaVersion: 1,
    tool: toolIdentity,
    profile: image.resolved,
    platform: formatPlatform(platform),
    provenance,
    config,
    contents: contents(image),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Prints what an embedded profile, or an index file made by `profile build`, was made from and holds. */
export async function showCommand(args: Arguments, terminal: Terminal): Promise<void> {
  const [name, ...more] = args.words;
  if (name === undefined || more.length > 0) {
    throw new UsageError('profile show needs one name or file, as in: libc-check profile show alpine:3.19');
  }
  const platform = args.value('platform');
  const { existsSync } = await import('node:fs');
  const image = await openImage(existsSync(name) || name.startsWith('profile:') ? name : `profile:${name}`, {
    platform: platform === null ? null : parsePlatform(platform),
    fitting: null,
    env: terminal.env,
  });
  await writeReport(formatOf(args) === 'json' ? showJson(image) : showText(image), args, terminal);
}
