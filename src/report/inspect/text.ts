import type { ElfInspection } from '../../elf/describe/inspect.ts';
import type { VersionNeed } from '../../elf/describe/version-needs.ts';
import { printable } from '../printable.ts';
import { counted } from '../text/headline.ts';
import { type TextOptions, type TextStyle, textStyle } from '../text/style.ts';
import { wrapProse } from '../text/wrap.ts';
import type { InspectedFile, InspectReport } from './report.ts';

const labelWidth = 13;
const symbolsShown = 3;

/** Label and value; a row without a value is skipped. */
type Row = readonly [label: string, value: string | null];

const kindWords: Readonly<Record<ElfInspection['kind'], string>> = {
  executable: 'executable',
  pie: 'position-independent executable',
  'static-executable': 'static executable',
  'static-pie': 'static position-independent executable',
  'shared-object': 'shared object',
  relocatable: 'object file, no program',
  core: 'core dump, no program',
  other: 'of no known kind',
};

function strippedWords(stripped: boolean | null): string {
  if (stripped === null) return 'without section table';
  return stripped ? 'stripped' : 'not stripped';
}

/** `__libc_start_main, dlsym and 3 more` */
function symbolWords(needs: readonly VersionNeed[], verbose: boolean): string {
  const names = [...new Set(needs.flatMap((need) => need.symbols.map((symbol) => symbol.name)))];
  const shown = verbose ? names : names.slice(0, symbolsShown);
  const hidden = names.length - shown.length;
  return shown.join(', ') + (hidden > 0 ? ` and ${hidden} more` : '');
}

function glibcWords({ glibc }: ElfInspection, verbose: boolean): string | null {
  if (glibc === null) return null;
  const symbols = symbolWords(glibc.forcedBy, verbose);
  const cause = glibc.forcedByRelr ? 'relative relocations (DT_RELR)' : symbols;
  const oldest = `${glibc.oldest} or newer${cause === '' ? '' : `, because of ${cause}`}`;
  return glibc.needsPrivate
    ? `${oldest}; and only the build that it was linked against (GLIBC_PRIVATE)`
    : oldest;
}

function versionWords({ versions }: ElfInspection): string | null {
  const byFile = new Map<string, string[]>();
  for (const { file, version } of versions) byFile.set(file, [...(byFile.get(file) ?? []), version]);
  return [...byFile].map(([file, names]) => `${file} ${names.join(' ')}`).join('; ') || null;
}

function pathWords({ rpath, runpath }: ElfInspection): string {
  const tags = [rpath === null ? '' : `RPATH ${rpath}`, runpath === null ? '' : `RUNPATH ${runpath}`];
  return tags.filter(Boolean).join('; ') || "the image's own directories only";
}

function makerWords({ toolchain }: ElfInspection, verbose: boolean): string | null {
  const { go, rust, packer, appImage, comments } = toolchain;
  const makers = [
    go === null ? '' : `Go ${go.version?.replace(/^go/, '') ?? ''}`.trimEnd(),
    rust === null ? '' : `Rust${rust.commit === null ? '' : ` (rustc ${rust.commit.slice(0, 12)})`}`,
    packer === null ? '' : `packed by ${packer}: what it hides is unknown`,
    appImage === null ? '' : `AppImage type ${appImage}`,
    ...(verbose || (go === null && rust === null) ? comments : []),
  ];
  return [...new Set(makers.filter(Boolean))].join('; ') || null;
}

/** What most files do not have, told only where it is so. */
function remarks({ summary, facts }: InspectedFile): Row[] {
  const found: Row[] = [];
  if (summary.cpuLevel !== null) found.push(['processor', `needs ${summary.cpuLevel}`]);
  if (summary.executableStack) found.push(['stack', 'wants to be executable']);
  for (const { sonames, feature, priority } of summary.dlopen) {
    found.push([
      'may load',
      `${sonames.join(' or ')} (${priority}${feature === null ? '' : `: ${feature}`})`,
    ]);
  }
  const wants = Object.entries(facts.staticGlibc ?? {}).filter(([, wanted]) => wanted);
  if (wants.length > 0)
    found.push(['at run time', `may want ${wants.map(([name]) => name).join(', ')} of its own glibc`]);
  if (summary.truncated) found.push(['truncated', 'its segments reach beyond the end of the file']);
  for (const { part, reason } of summary.defects) found.push(['defect', `${part}: ${reason}`]);
  return found;
}

function libcWords({ libc }: ElfInspection): string {
  return `${libc.family === 'none' ? 'none needed' : libc.family} (${libc.evidence})`;
}

function platformWords({ platform, machine, class: bits, endianness }: ElfInspection): string {
  const variant = platform.variant === null ? '' : `/${platform.variant}`;
  return `${platform.os}/${platform.architecture}${variant} (${machine}, ${bits} bits, ${endianness} endian)`;
}

function symbolCounts({ summary, facts }: InspectedFile): string | null {
  const asked = facts.dynamic?.undefined.length ?? 0;
  const offered = facts.dynamic?.defined.length ?? 0;
  if (asked + offered === 0) return null;
  const bound = summary.bindNow ? 'all bound at start' : 'calls may be bound when made';
  return `asks for ${asked}, offers ${offered}; ${bound}`;
}

/** With `verbose`: what is long or seldom wanted. */
function verboseRows({ summary, facts }: InspectedFile): Row[] {
  const asked = facts.dynamic?.undefined ?? [];
  const names = asked.map(({ name, version }) => (version === null ? name : `${name}@${version}`));
  return [
    ['asks for', names.join(' ') || null],
    ['soname', summary.soname],
    ['go build ID', summary.goBuildId],
    ['package', summary.packageMetadata],
  ];
}

function rows(file: InspectedFile, verbose: boolean): Row[] {
  const { summary } = file;
  return [
    ['kind', `${kindWords[summary.kind]}, ${strippedWords(summary.stripped)}`],
    ['platform', platformWords(summary)],
    ['libc', libcWords(summary)],
    ['glibc', glibcWords(summary, verbose)],
    ['interpreter', summary.interp ?? 'none'],
    ['libraries', summary.needed.length > 0 ? summary.needed.join(', ') : 'none'],
    ['versions', versionWords(summary)],
    ['looks in', summary.needed.length > 0 ? pathWords(summary) : null],
    ['symbols', symbolCounts(file)],
    ['made by', makerWords(summary, verbose)],
    ...remarks(file),
    ...(verbose ? verboseRows(file) : []),
    ['build ID', summary.buildId],
    ['sha256', file.sha256],
    ['size', counted(file.size, 'byte')],
  ];
}

function fileText(file: InspectedFile, options: TextOptions, style: TextStyle): string {
  const hanging = ' '.repeat(labelWidth + 2);
  const lines = rows(file, options.verbose).flatMap(([label, value]) => {
    if (value === null) return [];
    const [first = '', ...others] = wrapProse(printable(value), options.columns, hanging, hanging);
    return [`  ${style.dim(label.padEnd(labelWidth))}${first.slice(hanging.length)}`, ...others];
  });
  return `${style.bold(printable(file.path))}\n${lines.join('\n')}\n`;
}

/** Each file's citizenship in about a dozen lines. */
export function renderInspectText(report: InspectReport, options: TextOptions): string {
  const style = textStyle(options);
  return report.files.map((file) => fileText(file, options, style)).join('\n');
}
