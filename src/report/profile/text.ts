import { formatPlatform } from '../../image/reference/platform.ts';
import { printable } from '../printable.ts';
import { padDisplay } from '../text/display-width.ts';
import { contentsOf, type ProfileListReport, type ProfileReport } from './report.ts';

/** The embedded profiles as a table: name, release, platforms. */
export function renderProfileListText({ profiles }: ProfileListReport): string {
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

/** What a profile was made from and holds, one fact a line. */
export function renderProfileText({ image }: ProfileReport): string {
  const { provenance, config, platform } = image.content;
  const { layers, entries, elfFiles } = contentsOf(image);
  const command = [...config.entrypoint, ...config.cmd];
  const rows: (readonly [string, string | null])[] = [
    ['profile', image.resolved],
    ['platform', formatPlatform(platform)],
    ['made from', provenance?.madeFrom ?? null],
    ['sha256', provenance?.sha256 ?? null],
    ['date', provenance?.date ?? null],
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
