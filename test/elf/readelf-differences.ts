import type { DynamicSection, DynamicSymbol, ElfFile, Segment } from '../../src/elf/elf-file.ts';
import type { ReadelfFile, ReadelfSegment } from './readelf.ts';

/** Where a file reads otherwise than `readelf` says; empty when both agree. Names what, ours, and readelf's. */
export function differences(elf: ElfFile, other: ReadelfFile): string[] {
  const found: string[] = [];
  const compare = (what: string, ours: unknown, theirs: unknown) => {
    const [one, two] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (one !== two) found.push(`${what}: ${one} but readelf ${two}`);
  };
  const compareLists = (what: string, ours: readonly string[], theirs: readonly string[]) => {
    const at = Array.from({ length: Math.max(ours.length, theirs.length) }).findIndex(
      (_, i) => ours[i] !== theirs[i],
    );
    if (at >= 0)
      found.push(
        `${what} ${at} of ${ours.length}: ${ours[at]} but readelf ${theirs[at]} of ${theirs.length}`,
      );
  };
  compare('class', `ELF${elf.class}`, other.class);
  compare('endianness', `2's complement, ${elf.endianness} endian`, other.data);
  compare('entry', elf.entry, other.entry);
  compare('flags', elf.flags, other.flags);
  compareLists('segment', elf.segments.map(segmentText), other.segments.map(withoutOwnTypeName));
  // readelf shows no name where PT_INTERP is empty (separate debug files).
  compare(
    'interp',
    elf.interp === null || elf.interp.path === '' ? null : escaped(elf.interp.path),
    other.interp,
  );
  compareLists('dynamic', dynamicTexts(elf.dynamic), dynamicTextsOf(other));
  const symbols = elf.dynamic?.symbols ?? [];
  if (other.symbols !== null) compareLists('symbol', symbols.map(symbolText), other.symbols);
  if (other.verdef !== null) compareLists('verdef', verdefTexts(elf.dynamic), other.verdef);
  if (other.verneed !== null) compareLists('verneed', verneedTexts(elf.dynamic), other.verneed);
  if (elf.segments.length > 0) compareNotes(elf, other, compare, compareLists);
  return found;
}

const segmentTypes: Readonly<Record<number, string>> = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  6: 'PHDR',
  7: 'TLS',
  1685382480: 'GNU_EH_FRAME',
  1685382481: 'GNU_STACK',
  1685382482: 'GNU_RELRO',
  1685382483: 'GNU_PROPERTY',
};

function segmentText({ type, offset, vaddr, filesz, memsz, flags, align }: Segment): string {
  const letters = `${flags & 4 ? 'R' : ''}${flags & 2 ? 'W' : ''}${flags & 1 ? 'E' : ''}`;
  return `${segmentTypes[type] ?? 'other'} ${offset} ${vaddr} ${filesz} ${memsz} ${letters} ${align}`;
}

function withoutOwnTypeName({ type, text }: ReadelfSegment): string {
  return `${Object.values(segmentTypes).includes(type) ? type : 'other'} ${text}`;
}

function dynamicTexts(dynamic: DynamicSection | null): string[] {
  if (dynamic === null) return [];
  const { needed, soname, rpath, runpath, filters, auxiliaries } = dynamic;
  const one = (tag: string, value: string | null) => (value === null ? [] : [`${tag} ${escaped(value)}`]);
  return [
    ...needed.map((name) => `NEEDED ${escaped(name)}`),
    ...one('SONAME', soname),
    ...one('RPATH', rpath),
    ...one('RUNPATH', runpath),
    ...filters.map((name) => `FILTER ${escaped(name)}`),
    ...auxiliaries.map((name) => `AUXILIARY ${escaped(name)}`),
    `now ${dynamic.bindNow} textrel ${dynamic.textrel} symbolic ${dynamic.symbolic} ${dynamic.hash}`,
    `versym ${dynamic.hasVersym} relr ${dynamic.relocations.relr}`,
  ];
}

function dynamicTextsOf({ dynamic }: ReadelfFile): string[] {
  if (dynamic.length === 0) return [];
  const strings = (tag: string) =>
    dynamic.filter(([one]) => one === tag).map(([, value]) => `${tag} ${/\[(.*)\]$/.exec(value)?.[1]}`);
  const has = (tag: string) => dynamic.some(([one]) => one === tag);
  const flag = (tag: string, word: string) =>
    dynamic.some(([one, value]) => one === tag && value.split(/[ :]+/).includes(word));
  const sysv = has('HASH');
  const gnu = has('GNU_HASH');
  const hash = sysv ? (gnu ? 'both' : 'sysv') : gnu ? 'gnu' : 'none';
  const now = has('BIND_NOW') || flag('FLAGS', 'BIND_NOW') || flag('FLAGS_1', 'NOW');
  const textrel = has('TEXTREL') || flag('FLAGS', 'TEXTREL');
  const symbolic = has('SYMBOLIC') || flag('FLAGS', 'SYMBOLIC');
  return [
    ...['NEEDED', 'SONAME', 'RPATH', 'RUNPATH', 'FILTER', 'AUXILIARY'].flatMap(strings),
    `now ${now} textrel ${textrel} symbolic ${symbolic} ${hash}`,
    `versym ${has('VERSYM')} relr ${has('RELR')}`,
  ];
}

const STT_SECTION = 3;
const types = ['NOTYPE', 'OBJECT', 'FUNC', 'SECTION', 'FILE', 'COMMON', 'TLS'];
const bindings = ['LOCAL', 'GLOBAL', 'WEAK'];
const visibilities = ['DEFAULT', 'INTERNAL', 'HIDDEN', 'PROTECTED'];

function symbolText(symbol: DynamicSymbol): string {
  const type = types[symbol.type] ?? String(symbol.type);
  const binding = bindings[symbol.binding] ?? String(symbol.binding);
  const section = symbol.section === 0 ? 'UND' : symbol.section === 0xfff1 ? 'ABS' : String(symbol.section);
  const hidden = symbol.versionHidden || symbol.versionFile !== null;
  // readelf omits the version where the symbol is the version itself.
  const isVersion = symbol.section === 0xfff1 && symbol.name === symbol.version;
  const version = symbol.version === null || isVersion ? '' : `${hidden ? '@' : '@@'}${symbol.version}`;
  const zero = symbol.valueIsZero ? '0' : '!0';
  // readelf names section symbols by their section.
  const name = symbol.type === STT_SECTION ? '' : `${escaped(symbol.name)}${version}`;
  return `${zero} ${symbol.size} ${type} ${binding} ${visibilities[symbol.visibility]} ${section} ${name}`;
}

function verdefTexts(dynamic: DynamicSection | null): string[] {
  return (dynamic?.verdef ?? []).map(({ index, name, base }) => `${index} ${name}${base ? ' base' : ''}`);
}

function verneedTexts(dynamic: DynamicSection | null): string[] {
  return (dynamic?.verneed ?? []).flatMap(({ file, versions }) => [
    `file ${file}`,
    ...versions.map(({ name, weak }) => `${name}${weak ? ' weak' : ''}`),
  ]);
}

type Compare<T> = (what: string, ours: T, theirs: T) => void;

/** readelf reads notes by sections; those that no PT_NOTE segment holds (Go's linker puts its build ID into none) are not compared. */
function compareNotes(
  elf: ElfFile,
  other: ReadelfFile,
  compare: Compare<unknown>,
  lists: Compare<readonly string[]>,
): void {
  const inSegments = new Set(
    other.segments.flatMap(({ type }, index) => (type === 'NOTE' ? (other.sectionsOf[index] ?? []) : [])),
  );
  const isLoaded = ({ section }: { section: string }) =>
    section.startsWith('file offset') || inSegments.has(section);
  const theirs = other.notes.filter(isLoaded).map(({ text }) => text);
  const ours = elf.notes.headers.map(({ owner, size }) => `${owner} ${size}`);
  lists('note', ours.toSorted(), theirs.toSorted());
  const tag = elf.notes.abiTag;
  const isa = elf.notes.x86IsaNeeded;
  if (inSegments.has('.note.gnu.build-id')) compare('build id', elf.notes.buildId, other.buildId);
  if (inSegments.has('.note.ABI-tag'))
    compare(
      'abi tag',
      tag === null ? null : `${tag.os === 0 ? 'Linux' : tag.os} ${tag.kernel.join('.')}`,
      other.abiTag,
    );
  if (inSegments.has('.note.gnu.property'))
    compare('ISA', isa === null ? null : isaNames(isa), other.isaNeeded);
}

function isaNames(bits: number): string {
  return ['x86-64-baseline', 'x86-64-v2', 'x86-64-v3', 'x86-64-v4']
    .filter((_, bit) => bits & (1 << bit))
    .join(', ');
}

/** Control characters as readelf prints them. */
function escaped(text: string): string {
  const caret = (char: string) => {
    const code = char.charCodeAt(0);
    return code < 32 || code === 127 ? `^${String.fromCharCode(code ^ 64)}` : char;
  };
  return [...text].map(caret).join('');
}
