import type { DynamicSection } from '../elf-file.ts';

/** A symbol that is bound to a needed version; a weak one needs the version all the same (S11). */
export interface ForcingSymbol {
  readonly name: string;
  readonly weak: boolean;
}

/** A version that a file must define, and the symbols that require it. */
export interface VersionNeed {
  /** The soname in verneed. */
  readonly file: string;
  readonly version: string;
  readonly symbols: readonly ForcingSymbol[];
}

/** The oldest glibc that defines all needed versions. */
export interface GlibcNeed {
  /** `2.34`: a lower bound by names of versions; distributions back-port some, so the image's files decide (G47). */
  readonly oldest: string;
  /** Why it is required: the needs of that version, empty for DT_RELR without its marker. */
  readonly forcedBy: readonly VersionNeed[];
  /** DT_RELR requires it: relative relocations that glibc understands since 2.36 (G46). */
  readonly forcedByRelr: boolean;
  /** GLIBC_PRIVATE is needed: it runs only with the same build of glibc that it was linked against. */
  readonly needsPrivate: boolean;
}

const relrMarker = 'GLIBC_ABI_DT_RELR';
const firstWithRelr = [2, 36];

/** Null when no version of glibc is needed. */
export function glibcNeed(dynamic: DynamicSection | null): GlibcNeed | null {
  const needs = versionNeeds(dynamic);
  const numbered = needs.flatMap((need) => {
    const numbers = numbersOf(need.version);
    return numbers === null ? [] : [{ need, numbers }];
  });
  const needsPrivate = needs.some(({ version }) => version === 'GLIBC_PRIVATE');
  if (numbered.length === 0) return null;
  const relr = dynamic?.relocations.relr === true;
  const highest = numbered
    .map(({ numbers }) => numbers)
    .reduce((one, other) => (compareNumbers(one, other) < 0 ? other : one));
  const forcedByRelr = relr && compareNumbers(highest, firstWithRelr) < 0;
  const oldest = forcedByRelr ? firstWithRelr : highest;
  const forcedBy = numbered
    .filter(({ numbers }) => compareNumbers(numbers, oldest) === 0)
    .map(({ need }) => need);
  return { oldest: oldest.join('.'), forcedBy, forcedByRelr, needsPrivate };
}

/** The highest version of each line that is needed of each file: `GLIBCXX_3.4.30` and `CXXABI_1.3.13` of libstdc++.so.6. */
export function highestVersions(dynamic: DynamicSection | null): VersionNeed[] {
  const highest = new Map<string, { need: VersionNeed; numbers: readonly number[] }>();
  for (const need of versionNeeds(dynamic)) {
    const [, line = need.version, numerals = ''] = /^(.*?)_?(\d+(?:\.\d+)*)$/.exec(need.version) ?? [];
    const numbers = numerals.split('.').map(Number);
    const key = `${need.file} ${line}`;
    const known = highest.get(key);
    if (known === undefined || compareNumbers(known.numbers, numbers) < 0)
      highest.set(key, { need, numbers });
  }
  return [...highest.values()].map(({ need }) => need);
}

/** Every needed version with the undefined symbols bound to it. */
function versionNeeds(dynamic: DynamicSection | null): VersionNeed[] {
  if (dynamic === null) return [];
  const symbols = new Map<string, ForcingSymbol[]>();
  for (const { name, version, versionFile, binding } of dynamic.symbols) {
    if (version === null || versionFile === null) continue;
    const key = `${versionFile} ${version}`;
    const list = symbols.get(key) ?? [];
    list.push({ name, weak: binding === 2 });
    symbols.set(key, list);
  }
  return dynamic.verneed.flatMap(({ file, versions }) =>
    versions.map(({ name }) => ({ file, version: name, symbols: symbols.get(`${file} ${name}`) ?? [] })),
  );
}

/** [2, 2, 5] of GLIBC_2.2.5; null for every other line and for GLIBC_PRIVATE and its like. */
function numbersOf(version: string): readonly number[] | null {
  if (version === relrMarker) return firstWithRelr;
  const numerals = /^GLIBC_(\d+(?:\.\d+)+)$/.exec(version)?.[1];
  return numerals === undefined ? null : numerals.split('.').map(Number);
}

/** Negative, zero or positive as `one` is older, the same or newer. */
function compareNumbers(one: readonly number[], other: readonly number[]): number {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
