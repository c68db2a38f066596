import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { debianReleases } from '../../src/advice/packages.ts';
import {
  type Contents,
  contentsOf,
  holdersOfCommand,
  holdersOfLibrary,
  sonamesOf,
} from './debian-contents.ts';

type Debian = string | Record<string, string>;
type Row = { debian?: Debian; alpine?: unknown };
type Rows = Record<string, Row>;

const file = 'src/advice/packages.json';

/** Testing and unstable have no number: what both have is named. */
const suites: Readonly<Record<(typeof debianReleases)[number], readonly string[]>> = {
  11: ['bullseye'],
  12: ['bookworm'],
  13: ['trixie'],
  14: ['forky', 'sid'],
};

/** Links that are made when packages are configured, and packages whose name people know better than that of the one with the file. */
const byHand: ReadonlySet<string> = new Set(
  'libblas.so.3 liblapack.so.3 libopenblas.so.0 awk java php python python3 perl psql sh busybox gawk ruby tclsh node'.split(
    ' ',
  ),
);

/** `libicuuc.so.72` and `libicuuc.so.76` are numbers of one library. */
const stemOf = (soname: string): string => soname.replace(/\d+/g, '#');

/** The package of one release: the one that was named before, where it still holds the file; else the ordinary build, whose name is the shortest. */
function packageIn(
  contents: readonly Contents[],
  holders: (each: Contents) => readonly string[],
  before: string | null,
): string | null {
  const [first = [], ...others] = contents.map(holders);
  const everywhere = first.filter((name) => others.every((names) => names.includes(name)));
  if (before !== null && everywhere.includes(before)) return before;
  return [...everywhere].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

const nameBefore = (debian: Debian | undefined, release: string): string | null =>
  debian === undefined ? null : typeof debian === 'string' ? debian : (debian[release] ?? null);

function renewed(row: Row, holders: (each: Contents) => readonly string[]): Row {
  const found: Record<string, string> = {};
  for (const release of debianReleases) {
    const name = packageIn(all[release], holders, nameBefore(row.debian, release));
    if (name !== null) found[release] = name;
  }
  const names = [...new Set(Object.values(found))];
  const isOne = names.length === 1 && Object.keys(found).length === debianReleases.length;
  const debian = names.length === 0 ? undefined : isOne ? names[0] : found;
  return {
    ...(debian === undefined ? {} : { debian }),
    ...(row.alpine === undefined ? {} : { alpine: row.alpine }),
  };
}

const sorted = (rows: Rows): Rows =>
  Object.fromEntries(
    Object.entries(rows)
      .filter(([, row]) => Object.keys(row).length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const all = Object.fromEntries(
  debianReleases.map((release) => [release, suites[release].map(contentsOf)]),
) as unknown as Record<(typeof debianReleases)[number], readonly Contents[]>;

const table: { provenance: Record<string, string>; libraries: Rows; commands: Rows } = JSON.parse(
  readFileSync(file, 'utf8'),
);
const stems = new Set(Object.keys(table.libraries).map(stemOf));
const sonames = Object.values(all)
  .flatMap((contents) => contents.flatMap(sonamesOf))
  .filter((name) => stems.has(stemOf(name)));
const libraries: Rows = {};
for (const soname of new Set([...Object.keys(table.libraries), ...sonames])) {
  const row = table.libraries[soname] ?? {};
  libraries[soname] = byHand.has(soname) ? row : renewed(row, (each) => holdersOfLibrary(each, soname));
}
const commands: Rows = {};
for (const [name, row] of Object.entries(table.commands))
  commands[name] = byHand.has(name) ? row : renewed(row, (each) => holdersOfCommand(each, name));
const provenance = { ...table.provenance, date: new Date().toISOString().slice(0, 10) };
writeFileSync(
  file,
  `${JSON.stringify({ provenance, libraries: sorted(libraries), commands: sorted(commands) })}\n`,
);
execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'ignore' });
